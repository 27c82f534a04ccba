-- One row per order. Someone is a customer from the day of the first order on.
select
    raw.customer_unique_id as customer_id,
    min(orders.order_purchase_timestamp) over (
        partition by raw.customer_unique_id
    ) as acquired_on,
    raw.customer_state as state,
    orders.order_purchase_timestamp as version_at,
    raw._record

from raw

left join orders
    on raw.customer_id = orders.customer_id
