select customer_id, acquired_on, region, tier, _record

from raw
