-- Grain: one row per segment set, segment and month of invitation.
-- Inputs: invitations (current), customer_versions.
-- Params: time_zone STRING.
-- The segment is the one on the day of the invitation; the first known version reaches back.
with

days as (

    select
        customer_id,
        response_id,
        to_date(from_utc_timestamp(invited_at, :time_zone)) as invited_on

    from invitations

),

versions as (

    select
        customer_id,
        segments,
        effective_from,
        effective_until,
        row_number() over (
            partition by customer_id
            order by effective_from
        ) as version_number

    from customer_versions

),

invited as (

    select
        days.invited_on,
        days.response_id,
        explode(versions.segments) as place

    from days

    inner join versions
        on days.customer_id = versions.customer_id
        and (days.invited_on >= versions.effective_from or versions.version_number = 1)
        and (days.invited_on < versions.effective_until or versions.effective_until is null)

)

select
    place.segment_set,
    place.segment,
    cast(trunc(invited_on, 'MM') as date) as month,
    count(*) as invited_count,
    count(response_id) as answered_count

from invited

group by 1, 2, 3
