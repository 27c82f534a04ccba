-- Grain: one row per customer with an attributed transaction up to the day.
-- Inputs: transactions (converted).
-- Params: today DATE, horizon_days INT.
-- The windows are those that linking looks back on from an answer.
select
    customer_id,
    coalesce(
        sum(amount_cents) filter (where occurred_on > date_sub(:today, :horizon_days)), 0
    ) as past_revenue_cents,
    coalesce(
        sum(amount_cents) filter (
            where occurred_on > date_sub(:today, 2 * :horizon_days)
            and occurred_on <= date_sub(:today, :horizon_days)
        ),
        0
    ) as prior_revenue_cents,
    count(*) filter (
        where kind = 'purchase' and occurred_on > date_sub(:today, :horizon_days)
    ) as past_purchases_count,
    datediff(:today, max(occurred_on) filter (where kind = 'purchase')) as recency_days

from transactions

where
    line = 'attributed'
    and occurred_on <= :today

group by customer_id
