-- What linking does, by hand: one row per customer and day of an answer, with the past and what came after.
create or replace table linked as
with answers as (
    select
        r.*,
        r.responded_at::date as anchor_on,
        date_trunc('month', r.responded_at)::date as month
    from read_parquet(':landing/responses/*.parquet') as r
),

-- The first answers of a day are those of the day.
anchors as (
    select * from answers
    qualify row_number() over (partition by customer_id, anchor_on order by responded_at, response_id) = 1
),

known as (
    select
        a.*,
        row_number() over (partition by a.customer_id, a.month order by a.anchor_on) = 1 as is_primary,
        a.anchor_on > date ':as_of' - interval 24 month as in_window,
        c.acquired_on,
        c.region,
        c.tier,
        (hash(a.customer_id) % 64)::integer as bucket
    from anchors as a
    inner join read_parquet(':landing/customers/*.parquet') as c using (customer_id)
),

losses as (
    select customer_id, min(occurred_on) as lost_on
    from read_parquet(':landing/attrition/*.parquet')
    group by customer_id
),

money as (
    select
        customer_id,
        occurred_on,
        kind = 'purchase' as is_purchase,
        ((case when kind = 'refund' then -amount else amount end) * 100)::bigint as cents
    from read_parquet(':landing/transactions/*.parquet')
),

spent as (
    select
        k.response_id,
        coalesce(sum(cents) filter (where occurred_on > anchor_on - 180 and occurred_on <= anchor_on), 0)
            as past_revenue_cents,
        count(*) filter (where is_purchase and occurred_on > anchor_on - 180 and occurred_on <= anchor_on)
            as past_purchases,
        coalesce(sum(cents) filter (where occurred_on > anchor_on - 360 and occurred_on <= anchor_on - 180), 0)
            as prior_revenue_cents,
        max(occurred_on) filter (where is_purchase and occurred_on <= anchor_on) as last_purchase_on,
        coalesce(sum(cents) filter (where occurred_on > anchor_on + 1 and occurred_on <= anchor_on + 181), 0)
            as next_revenue_cents,
        count(*) filter (where is_purchase and occurred_on > anchor_on + 1 and occurred_on <= anchor_on + 181)
            as next_purchases
    from known as k
    inner join money using (customer_id)
    group by k.response_id
)

select
    k.*,
    k.acquired_on <= k.anchor_on and (l.lost_on is null or l.lost_on > k.anchor_on + 1) as is_eligible,
    k.anchor_on + 181 <= date ':as_of' as is_mature,
    l.lost_on - (k.anchor_on + 1) as loss_days,
    coalesce(l.lost_on > k.anchor_on + 181, true) as is_retained,
    coalesce(s.next_purchases, 0) > 0 and coalesce(l.lost_on > k.anchor_on + 181, true) as bought_again,
    coalesce(s.past_revenue_cents, 0) as past_revenue_cents,
    coalesce(s.past_purchases, 0) as past_purchases,
    coalesce(s.prior_revenue_cents, 0) as prior_revenue_cents,
    k.anchor_on - s.last_purchase_on as recency_days,
    coalesce(s.next_revenue_cents, 0) as next_revenue_cents
from known as k
left join losses as l using (customer_id)
left join spent as s using (response_id);
