-- One row per response and export. The answers come as a JSON array of {question, score}, which
-- Linkage reads as it is: a score such as "7,5" becomes a reason and not a null.
select
    id as response_id,
    customer as customer_id,
    survey as survey_id,
    completed_at as responded_at,
    answers,
    channel,
    comment as verbatim,
    _record

from raw
