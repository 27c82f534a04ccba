-- Grain: one row per segment set, segment and closed month.
-- Inputs: customer_months (sums by list of segments and month, in parts).
-- Params: as_of DATE, currency STRING, fiscal_year_starts_in INT.
-- A customer of a month is in one segment of each set and in one line of the bridge, so both add up.
with

places as (

    select
        * except (segments),
        explode(segments) as place

    from customer_months

),

totals as (

    select
        place.segment_set,
        place.segment,
        month,
        -- A fiscal year is named by the calendar year it ends in: its first month goes to January.
        add_months(month, (13 - :fiscal_year_starts_in) % 12) as fiscal_month,
        sum(opening_count) as opening_count,
        sum(kept_count) as kept_count,
        sum(new_count) as new_count,
        sum(new_earned_count) as new_earned_count,
        sum(new_bought_count) as new_bought_count,
        sum(lost_count) as lost_count,
        sum(regained_count) as regained_count,
        sum(closing_count) as closing_count,
        sum(opening_cents) as opening_cents,
        sum(new_earned_cents) as new_earned_cents,
        sum(new_bought_cents) as new_bought_cents,
        sum(new_unknown_cents) as new_unknown_cents,
        sum(lost_cents) as lost_cents,
        sum(regained_cents) as regained_cents,
        sum(expansion_cents) as expansion_cents,
        sum(contraction_cents) as contraction_cents,
        sum(closing_cents) as closing_cents,
        case when sum(opening_cents) > 0 then sum(opening_cents) end as base_cents

    from places

    group by 1, 2, 3, 4

)

select
    :as_of as as_of,
    segment_set,
    segment,
    month,
    year(fiscal_month) as fiscal_year,
    quarter(fiscal_month) as fiscal_quarter,
    opening_count as opening_customers_count,
    new_count as new_customers_count,
    new_earned_count as new_earned_customers_count,
    new_bought_count as new_bought_customers_count,
    lost_count as lost_customers_count,
    regained_count as regained_customers_count,
    closing_count as closing_customers_count,
    kept_count / nullif(opening_count, 0) as retention_rate,
    cast(opening_cents * 0.01 as decimal(18, 2)) as opening_revenue_amount,
    cast(new_earned_cents * 0.01 as decimal(18, 2)) as new_earned_amount,
    cast(new_bought_cents * 0.01 as decimal(18, 2)) as new_bought_amount,
    cast(new_unknown_cents * 0.01 as decimal(18, 2)) as new_unknown_amount,
    cast(lost_cents * 0.01 as decimal(18, 2)) as lost_amount,
    cast(regained_cents * 0.01 as decimal(18, 2)) as regained_amount,
    cast(expansion_cents * 0.01 as decimal(18, 2)) as expansion_amount,
    cast(contraction_cents * 0.01 as decimal(18, 2)) as contraction_amount,
    cast(closing_cents * 0.01 as decimal(18, 2)) as closing_revenue_amount,
    (base_cents - lost_cents + expansion_cents - contraction_cents) / base_cents
        as net_revenue_retention,
    (base_cents - lost_cents - contraction_cents) / base_cents as gross_revenue_retention,
    (new_earned_cents - lost_cents + expansion_cents - contraction_cents) / base_cents
        as earned_growth_rate,
    :currency as currency,
    false as is_suppressed

from totals
