-- One row per currency and day from which the rate holds: euros per unit.
select
    currency,
    valid_from as valid_on,
    rate,
    _record

from raw
