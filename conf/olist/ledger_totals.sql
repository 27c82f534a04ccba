-- One row per month of purchase. A payment without a known order has no month, and is reported by
-- itself; so is a month with a payment that is no number.
with

booked as (

    select
        substring(orders.order_purchase_timestamp, 1, 7) as month,
        raw.payment_value,
        try_cast(raw.payment_value as decimal(18, 4)) as value,
        raw._record

    from raw

    left join orders
        on raw.order_id = orders.order_id

)

select
    month,
    'BRL' as currency,
    coalesce(
        max(if(value is null, payment_value, null)),
        cast(sum(value) as string)
    ) as amount,
    min_by(_record, _record.number) as _record

from booked

group by
    month,
    if(month is null, _record, null)
