select customer_id, occurred_on, 'lost' as event, _record

from raw
