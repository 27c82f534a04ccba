-- Losses of customers :from to :to: the worse a customer's mood, the likelier.
select
    'C' || lpad(i::varchar, 8, '0') as customer_id,
    date '2024-09-01' + (hash(i, 'lost on') % 660)::integer as occurred_on
from range(:from, :to) as numbers(i)
where hash(i, 'lost') % 10000 < 4000 - 3000 * ((hash(i, 'mood') % 1000) / 1000.0)
