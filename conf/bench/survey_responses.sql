select
    response_id, customer_id, survey_id, responded_at,
    nps, csat, ces, d1, d2, d3, d4, d5, d6, d7, d8, d9, d10,
    _record

from raw
