-- Grain: one row per source, file and reason; the reason 'all' carries the file's totals.
-- Inputs: files, quarantine.
-- Params: as_of DATE.
with

-- A late file may have turned some duplicates of a file into versions, and a replay refusals into
-- rows; a later account then holds the difference.
accounts as (

    select
        source,
        file,
        file_id,
        min(run_id) as run_id,
        min(modified_at) as arrived_at,
        max_by(status, run_id) as status,
        sum(read_count) as read_count,
        sum(filtered_count) as filtered_count,
        sum(multiplied_count) as multiplied_count,
        sum(accepted_count) as accepted_count,
        sum(duplicate_count) as duplicate_count,
        sum(quarantined_count) as quarantined_count,
        cast(sum(read_amount) as decimal(18, 2)) as read_amount,
        cast(sum(accepted_amount) as decimal(18, 2)) as accepted_amount,
        cast(sum(duplicate_amount) as decimal(18, 2)) as duplicate_amount,
        cast(sum(quarantined_amount) as decimal(18, 2)) as quarantined_amount

    from files

    group by source, file, file_id

),

totals as (

    select
        source,
        file,
        file_id,
        'all' as reason,
        run_id,
        arrived_at,
        status,
        read_count,
        filtered_count,
        multiplied_count,
        accepted_count,
        duplicate_count,
        quarantined_count,
        read_amount,
        accepted_amount,
        duplicate_amount,
        quarantined_amount

    from accounts

),

refusals as (

    select
        file_id,
        explode(reasons) as reason,
        records_count,
        amount

    from quarantine

),

by_reason as (

    select
        file_id,
        reason,
        sum(records_count) as quarantined_count,
        sum(amount) as quarantined_amount

    from refusals

    group by file_id, reason

),

reasons as (

    select
        accounts.source,
        accounts.file,
        accounts.file_id,
        by_reason.reason,
        accounts.run_id,
        accounts.arrived_at,
        accounts.status,
        cast(0 as bigint) as read_count,
        cast(0 as bigint) as filtered_count,
        cast(0 as bigint) as multiplied_count,
        cast(0 as bigint) as accepted_count,
        cast(0 as bigint) as duplicate_count,
        by_reason.quarantined_count,
        cast(null as decimal(18, 2)) as read_amount,
        cast(null as decimal(18, 2)) as accepted_amount,
        cast(null as decimal(18, 2)) as duplicate_amount,
        cast(by_reason.quarantined_amount as decimal(18, 2)) as quarantined_amount

    from by_reason

    inner join accounts
        on by_reason.file_id = accounts.file_id

),

unioned as (

    select * from totals
    union all
    select * from reasons

)

select
    :as_of as as_of,
    source,
    file,
    file_id,
    reason,
    run_id,
    arrived_at,
    status,
    read_count,
    filtered_count,
    multiplied_count,
    accepted_count,
    duplicate_count,
    quarantined_count,
    read_amount,
    accepted_amount,
    duplicate_amount,
    quarantined_amount

from unioned
