-- Grain: one row per month, currency and line (attributed, unattributed, excluded).
-- Inputs: converted_transactions.
-- The few rows that gates, the reconciliation and the run's ledger read.
select
    cast(trunc(occurred_on, 'MM') as date) as month,
    currency,
    line,
    count(*) as transactions_count,
    cast(sum(signed_amount) as decimal(18, 2)) as amount,
    sum(amount_cents) as amount_cents,
    count_if(amount_cents is null) as without_rate_count,
    min(case when amount_cents is null then occurred_on end) as first_day_without_rate,
    max(case when amount_cents is null then occurred_on end) as last_day_without_rate

from converted_transactions

group by 1, 2, 3
