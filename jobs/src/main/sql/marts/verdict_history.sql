-- Grain: one row per segment set, segment, outcome, horizon and closed month.
-- Inputs: verdicts (official ones, never rewritten).
-- Params: as_of DATE.
with

known as (

    select *

    from verdicts

    where fixed_on <= :as_of

),

compared as (

    select
        *,
        lag(verdict) over by_month as verdict_before,
        lag(best_metric) over by_month as best_metric_before,
        lag(array_sort(best_set)) over by_month as best_set_before,
        lag(configuration_hash) over by_month as configuration_before,
        lag(code_version) over by_month as code_before,
        row_number() over by_month as month_number

    from known

    window by_month as (
        partition by segment_set, segment, outcome, horizon_days
        order by month
    )

),

changed as (

    select
        *,
        month_number > 1
            and verdict = verdict_before
            and best_metric <=> best_metric_before
            and array_sort(best_set) = best_set_before as is_unchanged

    from compared

),

numbered as (

    select
        *,
        sum(case when is_unchanged then 0 else 1 end) over (
            partition by segment_set, segment, outcome, horizon_days
            order by month
            rows between unbounded preceding and current row
        ) as spell

    from changed

)

select
    :as_of as as_of,
    segment_set,
    segment,
    outcome,
    horizon_days,
    month,
    verdict,
    best_metric,
    best_set,
    best_auc,
    margin,
    margin_lower,
    margin_upper,
    min(month) over (
        partition by segment_set, segment, outcome, horizon_days, spell
    ) as since_month,
    case
        when month_number = 1 then 'first'
        when is_unchanged then 'unchanged'
        -- A month has answers and outcomes that the one before it hadn't.
        else concat_ws(
            '+',
            'data',
            case when configuration_hash <> configuration_before then 'configuration' end,
            case when code_version <> code_before then 'code' end
        )
    end as change,
    fixed_on,
    run_id,
    code_version,
    configuration_hash,
    sentence

from numbered
