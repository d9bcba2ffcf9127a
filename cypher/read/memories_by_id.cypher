// Whole memories by id.
UNWIND $ids AS id
MATCH (m:Memory {id: id})
WHERE m.owner = $owner
  AND ($agent_id IS NULL OR m.agent_id = $agent_id)
  AND ($run_id IS NULL OR m.run_id = $run_id)
  AND coalesce(m.expires_at > $now, true)
  AND CASE
    WHEN $all_times THEN true
    WHEN $as_of IS NULL THEN m.retired_at IS NULL AND coalesce(m.valid_to > $now, true)
    ELSE coalesce(m.valid_from <= $as_of, true) AND coalesce(m.valid_to > $as_of, m.retired_at IS NULL)
  END
RETURN m {
  .id, .user_id, .agent_id, .run_id, .text, .text_hash, .memory_type, .role, .actor_id, .position, .heading, .metadata, .categories,
  .created_at, .updated_at, .valid_from, .valid_to, .retired_at, .superseded_by, .expires_at, .feedback,
  episode_id: [(m)-[:DERIVED_FROM]->(p) | p.id][0], about_id: [(m)-[:ABOUT]->(a) | a.id][0],
    about_as: [(m)-[r:ABOUT]->() | r.said][0]
} AS memory
