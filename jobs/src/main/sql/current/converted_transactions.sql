-- Grain: one row per current transaction.
-- Inputs: transactions (current), fx_rates (current), customers (current).
-- Params: as_of DATE, reporting_currency STRING.
-- The newest rate on or before the day converts; amount_cents is null where there is none, and
-- margin_cents where no margin was delivered, too.
with

rates as (

    select
        currency,
        valid_on,
        lead(valid_on) over (
            partition by currency
            order by valid_on
        ) as next_valid_on,
        rate

    from fx_rates

),

-- One rate per currency and day, so that transactions meet rates by equality.
daily_rates as (

    select
        currency,
        explode(
            sequence(
                valid_on,
                greatest(valid_on, least(coalesce(date_sub(next_valid_on, 1), :as_of), :as_of))
            )
        ) as rate_day,
        rate

    from rates

    where valid_on <= :as_of

),

signed as (

    select
        transaction_id,
        customer_id,
        occurred_on,
        kind,
        currency,
        case when kind in ('refund', 'credit') then -amount else amount end as signed_amount,
        case when kind in ('refund', 'credit') then -margin else margin end as signed_margin

    from transactions

)

select
    signed.transaction_id,
    signed.customer_id,
    signed.occurred_on,
    signed.kind,
    signed.currency,
    signed.signed_amount,
    case
        when signed.customer_id is null then 'unattributed'
        when customers.customer_id is null then 'excluded'
        else 'attributed'
    end as line,
    cast(
        case
            when signed.currency = :reporting_currency then signed.signed_amount
            -- Spark rounds decimals half up, away from zero.
            else round(signed.signed_amount * daily_rates.rate, 2)
        end * 100 as bigint
    ) as amount_cents,
    cast(
        case
            when signed.currency = :reporting_currency then signed.signed_margin
            else round(signed.signed_margin * daily_rates.rate, 2)
        end * 100 as bigint
    ) as margin_cents

from signed

left join daily_rates
    on signed.currency = daily_rates.currency
    and signed.occurred_on = daily_rates.rate_day

left join customers
    on signed.customer_id = customers.customer_id
