// Facts whose edge is to be written again.
UNWIND $ids AS id
MATCH (f:Fact {id: id})
RETURN f {.id, .user_id, .agent_id, .run_id, .subject, .subject_id, .predicate, .object, .object_id, .text, .negated, .modality, .confidence, .valid_from, .valid_to, .recorded_at, .retired_at, .superseded_by, .support_count, .subject_as, .object_as} AS fact
ORDER BY id
