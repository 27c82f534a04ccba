-- One row per revision of a transaction. Amounts are never negative: the kind gives the sign.
select
    txn_id as transaction_id,
    customer as customer_id,
    booked_on as occurred_on,
    lower(type) as kind,
    amount,
    currency,
    margin,
    revision as version_number,
    _record

from raw
