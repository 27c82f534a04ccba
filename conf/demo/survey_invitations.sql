-- One row per invitation and export; response_id is there when the invitation was answered.
select
    invitation_id,
    customer_id,
    survey as survey_id,
    sent_at as invited_at,
    response_id,
    _record

from raw
