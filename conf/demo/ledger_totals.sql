-- One row per month, currency and export. Finance writes a month as 06.2026; the first of the month
-- stands for it.
select
    concat('01.', period) as month,
    currency,
    total as amount,
    _record

from raw
