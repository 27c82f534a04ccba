-- One row per review of an order. One review may be of several orders, and one order may have
-- several reviews: only both together name a row.
select
    concat(raw.review_id, ' ', raw.order_id) as response_id,
    people.customer_unique_id as customer_id,
    'review' as survey_id,
    raw.review_answer_timestamp as responded_at,
    raw.review_score as satisfaction,
    concat_ws(' ', raw.review_comment_title, raw.review_comment_message) as verbatim,
    raw._record

from raw

left join orders
    on raw.order_id = orders.order_id

left join people
    on orders.customer_id = people.customer_id
