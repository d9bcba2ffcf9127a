// A part of an owner's facts in the order in which they were written.
MATCH (f:Fact)
WHERE f.owner = $owner AND f.number > $after
RETURN f.number AS cursor, f {
    .id, .user_id, .agent_id, .run_id, .subject, .subject_id, .predicate, .object, .object_id, .text, .negated, .modality,
    .confidence, .valid_from, .valid_to, .recorded_at, .retired_at, .superseded_by, .support_count,
    embedding: f.embedding
  } AS fact
ORDER BY cursor
LIMIT $limit
