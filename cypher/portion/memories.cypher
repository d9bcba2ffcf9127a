// A part of an owner's memories in the order in which they were written, with their episodes and sentences.
MATCH (m:Memory)
WHERE m.owner = $owner AND m.number > $after
WITH m
ORDER BY m.number
LIMIT $limit
RETURN m.number AS cursor, m {
    .id, .user_id, .agent_id, .run_id, .text, .text_hash, .memory_type, .role, .actor_id, .position, .heading, .metadata,
    .categories, .created_at, .updated_at, .valid_from, .valid_to, .retired_at, .superseded_by, .expires_at, .feedback,
    embedding: m.embedding, episode_id: [(m)-[:DERIVED_FROM]->(p) | p.id][0], about_id: [(m)-[r:ABOUT]->(a) | coalesce(r.said, a.id)][0]
  } AS memory,
  [(m)-[:DERIVED_FROM]->(p) | p {.id, .user_id, .agent_id, .run_id, .messages, .occurred_at, .recorded_at}] AS episodes,
  COLLECT {
    MATCH (m)-[:HAS_SENTENCE]->(s:Sentence)
    RETURN s {.position, .span_start, .span_end, .text, embedding: s.embedding, memory_id: m.id}
    ORDER BY s.position
  } AS sentences
ORDER BY cursor
