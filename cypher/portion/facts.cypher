// A part of an owner's facts between the entities that they name, in the order in which they were written.
MATCH (f:Fact)
WHERE f.owner = $owner AND f.number > $after
RETURN f.number AS cursor, f {
    .id, .user_id, .agent_id, .run_id, .predicate, .text, .negated, .modality,
    subject_id: coalesce(f.subject_as, f.subject_id), object_id: coalesce(f.object_as, f.object_id),
    subject: CASE WHEN f.subject_as IS NULL THEN f.subject ELSE COLLECT { MATCH (x:Entity {id: f.subject_as}) RETURN x.name }[0] END,
    object: CASE WHEN f.object_as IS NULL THEN f.object ELSE COLLECT { MATCH (x:Entity {id: f.object_as}) RETURN x.name }[0] END,
    .confidence, .valid_from, .valid_to, .recorded_at, .retired_at, .superseded_by, .support_count,
    embedding: f.embedding
  } AS fact
ORDER BY cursor
LIMIT $limit
