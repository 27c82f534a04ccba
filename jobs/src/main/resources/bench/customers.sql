-- Customers :from to :to, of whom some leave. Every draw is a hash of the number, so the same size makes the same files.
select
    'C' || lpad(i::varchar, 8, '0') as customer_id,
    date '2020-01-01' + (hash(i, 'since') % 1200)::integer as acquired_on,
    ['North', 'South', 'East', 'West'][1 + (hash(i, 'region') % 4)::integer] as region,
    ['basic', 'plus', 'premium'][1 + (hash(i, 'tier') % 3)::integer] as tier
from range(:from, :to) as numbers(i)
