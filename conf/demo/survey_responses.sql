-- One row per response and export. The answers come as a JSON array of {question, score}; scores
-- are kept as text, so that "7,5" becomes a reason and not a null.
select
    id as response_id,
    customer as customer_id,
    survey as survey_id,
    completed_at as responded_at,
    from_json(answers, 'array<struct<question: string, score: string>>') as answers,
    channel,
    comment as verbatim,
    _record

from raw
