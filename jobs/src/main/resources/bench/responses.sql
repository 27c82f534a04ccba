-- Responses :from to :to over :days days from :first_day on, of :customers customers. A score is half mood, half chance.
with drawn as (
    select
        i,
        (hash(i, 'answers') % :customers)::bigint as customer,
        (hash((hash(i, 'answers') % :customers)::bigint, 'mood') % 1000) / 1000.0 as mood
    from range(:from, :to) as numbers(i)
)

select
    'R' || lpad(i::varchar, 10, '0') as response_id,
    'C' || lpad(customer::varchar, 8, '0') as customer_id,
    'bench' as survey_id,
    timestamp ':first_day'
        + to_days((hash(i, 'on') % :days)::integer)
        + to_microseconds((hash(i, 'at') % 86400000000)::bigint) as responded_at,
    floor(5.5 * mood + 5.5 * ((hash(i, 'nps') % 1000) / 1000.0))::integer as nps,
    1 + floor(2.5 * mood + 2.5 * ((hash(i, 'csat') % 1000) / 1000.0))::integer as csat,
    7 - floor(3.5 * mood + 3.5 * ((hash(i, 'ces') % 1000) / 1000.0))::integer as ces,
    floor(5.5 * mood + 5.5 * ((hash(i, 'd1') % 1000) / 1000.0))::integer as d1,
    floor(5.5 * mood + 5.5 * ((hash(i, 'd2') % 1000) / 1000.0))::integer as d2,
    floor(5.5 * mood + 5.5 * ((hash(i, 'd3') % 1000) / 1000.0))::integer as d3,
    floor(5.5 * mood + 5.5 * ((hash(i, 'd4') % 1000) / 1000.0))::integer as d4,
    floor(5.5 * mood + 5.5 * ((hash(i, 'd5') % 1000) / 1000.0))::integer as d5,
    floor(11 * ((hash(i, 'd6') % 1000) / 1000.0))::integer as d6,
    floor(11 * ((hash(i, 'd7') % 1000) / 1000.0))::integer as d7,
    floor(11 * ((hash(i, 'd8') % 1000) / 1000.0))::integer as d8,
    floor(11 * ((hash(i, 'd9') % 1000) / 1000.0))::integer as d9,
    floor(11 * ((hash(i, 'd10') % 1000) / 1000.0))::integer as d10
from drawn
