-- One row per purchase. Purchases have no number of their own, and a customer may buy twice a day:
-- the line of the file names one.
select
    _record.number as transaction_id,
    customer_id,
    date as occurred_on,
    'purchase' as kind,
    dollar_value as amount,
    'USD' as currency,
    _record

from raw
