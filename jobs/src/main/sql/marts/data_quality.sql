-- Grain: one row per source, file and reason; the reason 'all' carries the file's totals.
-- Inputs: files, quarantine.
-- Params: as_of DATE.
with

totals as (

    select
        source,
        file,
        file_id,
        'all' as reason,
        run_id,
        modified_at as arrived_at,
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

    from files

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
        files.source,
        files.file,
        files.file_id,
        by_reason.reason,
        files.run_id,
        files.modified_at as arrived_at,
        files.status,
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

    inner join files
        on by_reason.file_id = files.file_id

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
