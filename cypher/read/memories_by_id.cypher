// Whole memories by id.
UNWIND $ids AS id
MATCH (m:Memory {id: id})
WHERE m.owner = $owner
  AND ($agent_id IS NULL OR m.agent_id = $agent_id)
  AND ($run_id IS NULL OR m.run_id = $run_id)
  AND (m.expires_at IS NULL OR m.expires_at > $now)
  AND (
    $all_times
    OR ($as_of IS NULL AND m.retired_at IS NULL AND (m.valid_to IS NULL OR m.valid_to > $now))
    OR (
      $as_of IS NOT NULL
      AND (m.valid_from IS NULL OR m.valid_from <= $as_of)
      AND (m.valid_to IS NULL OR m.valid_to > $as_of)
      AND (m.retired_at IS NULL OR m.valid_to IS NOT NULL)
    )
  )
RETURN m {
  .id, .user_id, .agent_id, .run_id, .text, .text_hash, .memory_type, .role, .actor_id, .position, .metadata, .categories, .created_at,
  .updated_at, .valid_from, .valid_to, .retired_at, .superseded_by, .expires_at,
  episode_id: [(m)-[:DERIVED_FROM]->(p) | p.id][0], about_id: [(m)-[:ABOUT]->(a) | a.id][0]
} AS memory
