-- What counting does, by hand: outcomes, times of losses, revenues and answers, by segment, score and bucket.
create or replace table counted as
with counted_on as (
    select * from linked
    where is_primary and in_window and is_eligible
),

scores as (
    unpivot (
        select
            'all' as segment_of_all, region as segment_of_region, region || ' · ' || tier as segment_of_tier,
            bucket, is_mature, is_retained, bought_again, next_revenue_cents, loss_days,
            least(coalesce(loss_days, 10000), date ':as_of' - (anchor_on + 1)) as followed_days,
            (nps is not null)::integer + 2 * (csat is not null)::integer + 4 * (ces is not null)::integer as pattern,
            nps, csat, ces
        from counted_on
    ) on nps, csat, ces into name metric value score
),

placed as (
    unpivot scores on segment_of_all, segment_of_region, segment_of_tier into name segment_set value segment
),

outcomes as (
    select
        'outcomes' as part, segment_set, segment, pattern, metric, score, bucket, 0 as period,
        count(*) as observations,
        count(*) filter (where not is_retained) as lost,
        count(*) filter (where bought_again) as repeated,
        sum(next_revenue_cents) as revenue_cents
    from placed
    where is_mature
    group by all
),

losses as (
    select
        'losses' as part, segment_set, segment, pattern, metric, score, bucket, (followed_days // 30)::integer as period,
        count(*) as observations,
        count(*) filter (where loss_days <= followed_days) as lost,
        0 as repeated,
        0 as revenue_cents
    from placed
    group by all
),

revenues as (
    select
        'revenue' as part, segment_set, segment, pattern, metric, score, bucket,
        (sign(next_revenue_cents) * ceil(128 * log10(greatest(abs(next_revenue_cents), 1))))::integer as period,
        count(*) as observations,
        0 as lost,
        0 as repeated,
        sum(next_revenue_cents) as revenue_cents
    from placed
    where is_mature
    group by all
),

answered as (
    unpivot (
        select
            'all' as segment_of_all, region as segment_of_region, region || ' · ' || tier as segment_of_tier,
            bucket, month, nps, csat, ces
        from linked
    ) on nps, csat, ces into name metric value score
),

answers as (
    select
        'answers' as part, segment_set, segment, 0 as pattern, metric, score, bucket,
        year(month) * 12 + month(month) as period,
        count(*) as observations,
        0 as lost,
        0 as repeated,
        0 as revenue_cents
    from (unpivot answered on segment_of_all, segment_of_region, segment_of_tier into name segment_set value segment)
    group by all
)

select * from outcomes
union all select * from losses
union all select * from revenues
union all select * from answers;
