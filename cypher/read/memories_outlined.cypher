// Some memories of a scope in order of id, without their text, for a filter that only Python can judge.
MATCH (m:Memory)
WHERE m.owner = $owner
  AND ($agent_id IS NULL OR m.agent_id = $agent_id)
  AND ($run_id IS NULL OR m.run_id = $run_id)
  AND (NOT $exactly OR (coalesce(m.agent_id, '') = coalesce($agent_id, '') AND coalesce(m.run_id, '') = coalesce($run_id, '')))
  AND m.id > $after
  AND coalesce(m.expires_at > $now, true)
  AND CASE
    WHEN $all_times THEN true
    WHEN $as_of IS NULL THEN m.retired_at IS NULL AND coalesce(m.valid_to > $now, true)
    ELSE coalesce(m.valid_from <= $as_of, true) AND coalesce(m.valid_to > $as_of, m.retired_at IS NULL)
  END
  AND ($hashes IS NULL OR m.text_hash IN $hashes)
  AND all(listed IN $required WHERE any(token IN listed WHERE token IN m.fields))
RETURN m {
  .id, .user_id, .agent_id, .run_id, .memory_type, .role, .actor_id, .position, .heading, .metadata, .categories,
  .created_at, .updated_at, .valid_from, .valid_to, .retired_at, .superseded_by, .expires_at, .feedback,
  episode_id: [(m)-[:DERIVED_FROM]->(p) | p.id][0], about_id: [(m)-[:ABOUT]->(a) | a.id][0],
    about_as: [(m)-[r:ABOUT]->() | r.said][0]
} AS memory
ORDER BY m.id
LIMIT $limit
