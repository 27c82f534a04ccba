-- One row per month. A value that is no number goes through as it is, so that its month is reported.
with

booked as (

    select
        substring(date, 1, 6) as month,
        dollar_value,
        try_cast(dollar_value as decimal(18, 4)) as value,
        _record

    from raw

)

select
    month,
    'USD' as currency,
    coalesce(
        max(if(value is null, dollar_value, null)),
        cast(sum(value) as string)
    ) as amount,
    min_by(_record, _record.number) as _record

from booked

group by
    month,
    if(month is null, _record, null)
