select transaction_id, customer_id, occurred_on, kind, amount, 'EUR' as currency, _record

from raw
