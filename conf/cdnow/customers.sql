-- One row per customer, from the first purchase on. Broken records are kept, each by itself.
select
    customer_id,
    min(date) as acquired_on,
    substring(min(date), 1, 6) as cohort,
    min_by(_record, _record.number) as _record

from raw

group by
    customer_id,
    if(customer_id is null, _record, null)
