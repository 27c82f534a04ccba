-- Grain: one row per segment set, segment and closed month.
-- Inputs: customer_versions, converted_transactions, attrition (current; none by inactivity).
-- Params: as_of DATE, first_month DATE, last_month DATE, inactivity_days INT (0 = by attrition),
--     currency STRING.
-- A customer of a month is in one segment and in one line of the bridge, so both add up.
with

versions as (

    select
        customer_id,
        acquired_on,
        segments,
        effective_from,
        effective_until,
        row_number() over (
            partition by customer_id
            order by effective_from
        ) as version_number,
        last_value(acquisition_source) over (
            partition by customer_id
            order by effective_from
            rows between unbounded preceding and unbounded following
        ) as acquisition_source

    from customer_versions

),

-- One month more than is reported, to open the first with.
months_of_versions as (

    select
        *,
        explode(
            sequence(
                greatest(cast(trunc(acquired_on, 'MM') as date), add_months(:first_month, -1)),
                :last_month,
                interval 1 month
            )
        ) as month

    from versions

    where acquired_on <= last_day(:last_month)

),

-- The segment of a month is the one on its first day, or on the day of acquisition.
members as (

    select
        customer_id,
        month,
        acquired_on,
        acquisition_source,
        segments

    from months_of_versions

    where (greatest(month, acquired_on) >= effective_from or version_number = 1)
        and (greatest(month, acquired_on) < effective_until or effective_until is null)

),

-- What came before the first of these months only says who was active then.
facts as (

    select
        customer_id,
        greatest(cast(trunc(occurred_on, 'MM') as date), add_months(:first_month, -1)) as month,
        case when occurred_on >= add_months(:first_month, -1) then amount_cents end as cents,
        case when kind = 'purchase' then occurred_on end as purchased_on,
        cast(null as struct<occurred_on: date, event: string>) as happening

    from converted_transactions

    where line = 'attributed'

    union all

    select
        customer_id,
        greatest(cast(trunc(occurred_on, 'MM') as date), add_months(:first_month, -1)) as month,
        cast(null as bigint) as cents,
        cast(null as date) as purchased_on,
        struct(occurred_on, event) as happening

    from attrition

),

-- The greatest is the last: on one day lost comes before regained, as in the alphabet.
facts_by_month as (

    select
        customer_id,
        month,
        sum(cents) as cents,
        max(purchased_on) as purchased_on,
        max(happening).event as event

    from facts

    group by customer_id, month

),

-- Attrition of months before the acquisition decides too, so those rows pass through here.
histories as (

    select
        coalesce(members.customer_id, facts_by_month.customer_id) as customer_id,
        coalesce(members.month, facts_by_month.month) as month,
        members.acquired_on,
        members.acquisition_source,
        members.segments,
        coalesce(facts_by_month.cents, 0) as cents,
        facts_by_month.purchased_on,
        facts_by_month.event

    from members

    full outer join facts_by_month
        on members.customer_id = facts_by_month.customer_id
        and members.month = facts_by_month.month

),

carried as (

    select
        *,
        max(purchased_on) over so_far as last_purchased_on,
        last_value(event) ignore nulls over so_far as last_event

    from histories

    window so_far as (
        partition by customer_id
        order by month
        rows between unbounded preceding and current row
    )

),

states as (

    select
        *,
        acquired_on is not null
            and case
                when :inactivity_days > 0
                    then date_diff(last_day(month), greatest(acquired_on, last_purchased_on))
                        < :inactivity_days
                else coalesce(last_event, 'regained') = 'regained'
            end as is_closing

    from carried

),

changes as (

    select
        *,
        acquired_on >= month as is_new,
        lag(is_closing, 1, false) over by_customer as is_opening,
        lag(cents, 1, cast(0 as bigint)) over by_customer as cents_before

    from states

    window by_customer as (
        partition by customer_id
        order by month
    )

),

bridged as (

    select
        segments,
        month,
        acquisition_source,
        is_opening,
        is_new,
        is_closing,
        not is_opening and not is_new and is_closing as is_regained,
        cents_before,
        cents,
        cents - cents_before as cents_gained

    from changes

    where segments is not null
        and month >= :first_month

),

-- Sums by all segments at once, so that few rows are multiplied by the number of sets.
sums as (

    select
        segments,
        month,
        count_if(is_opening) as opening_count,
        count_if(is_opening and is_closing) as kept_count,
        count_if(is_new) as new_count,
        count_if(is_new and acquisition_source = 'earned') as new_earned_count,
        count_if(is_new and acquisition_source = 'bought') as new_bought_count,
        count_if((is_opening or is_new) and not is_closing) as lost_count,
        count_if(is_regained) as regained_count,
        count_if(is_closing) as closing_count,
        sum(if(is_opening, cents_before, 0)) as opening_cents,
        sum(if(is_new and acquisition_source = 'earned', cents, 0)) as new_earned_cents,
        sum(if(is_new and acquisition_source = 'bought', cents, 0)) as new_bought_cents,
        sum(if(is_new and acquisition_source is null, cents, 0)) as new_unknown_cents,
        sum(if(is_opening and not is_closing, -cents_gained, 0)) as lost_cents,
        sum(if(is_regained, cents, 0)) as regained_cents,
        sum(if(is_opening and is_closing, greatest(cents_gained, 0), 0)) as expansion_cents,
        sum(if(is_opening and is_closing, greatest(-cents_gained, 0), 0)) as contraction_cents,
        sum(if(is_opening or is_new or is_regained, cents, 0)) as closing_cents

    from bridged

    group by segments, month

),

places as (

    select
        * except (segments),
        explode(segments) as place

    from sums

),

totals as (

    select
        place.segment_set,
        place.segment,
        month,
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

    group by 1, 2, 3

)

select
    :as_of as as_of,
    segment_set,
    segment,
    month,
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
    :currency as currency

from totals
