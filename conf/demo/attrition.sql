-- One row per loss or return and export. A withdrawn loss stays on record, and counts no more.
select
    customer_id,
    occurred_on,
    lower(event) as event,
    noticed_on,
    reason,
    withdrawn as is_deleted,
    _record

from raw
