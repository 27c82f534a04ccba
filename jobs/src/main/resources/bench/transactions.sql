-- Transactions :from to :to over :days days from :first_day on, of :customers customers.
select
    'T' || lpad(i::varchar, 10, '0') as transaction_id,
    'C' || lpad((hash(i, 'who') % :customers)::varchar, 8, '0') as customer_id,
    date ':first_day' + (hash(i, 'day') % :days)::integer as occurred_on,
    case
        when hash(i, 'kind') % 100 < 5 then 'refund'
        when hash(i, 'kind') % 100 < 15 then 'renewal'
        else 'purchase'
    end as kind,
    (5 + 200 * pow((hash(i, 'amount') % 10000) / 10000.0, 3))::decimal(18, 2) as amount
from range(:from, :to) as numbers(i)
