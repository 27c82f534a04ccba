-- One row per customer and snapshot of the CRM. Text stays text: the contract parses it.
-- region and tier are attributes of the segment sets. A source that nobody declared goes through
-- unchanged, so that it is reported rather than guessed.
select
    customer_no as customer_id,
    since as acquired_on,
    case
        when source = 'referral' then 'earned'
        when source in ('ads', 'sales') then 'bought'
        else source
    end as acquisition_source,
    email,
    region,
    tier,
    _record

from raw
