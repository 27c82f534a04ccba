-- One row per order. A payment that is no number goes through as it is, so that its order is
-- reported and not booked with less; so is an order without any payment.
with

paid as (

    select
        order_id,
        coalesce(
            max(if(try_cast(payment_value as decimal(18, 4)) is null, payment_value, null)),
            cast(sum(try_cast(payment_value as decimal(18, 4))) as string)
        ) as amount

    from payments

    group by order_id

)

select
    raw.order_id as transaction_id,
    people.customer_unique_id as customer_id,
    raw.order_purchase_timestamp as occurred_on,
    'purchase' as kind,
    paid.amount,
    'BRL' as currency,
    raw._record

from raw

left join paid
    on raw.order_id = paid.order_id

left join people
    on raw.customer_id = people.customer_id
