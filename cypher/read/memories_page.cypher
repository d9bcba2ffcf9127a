// A page of the memories of a scope in order of id, and how many there are in all.
WITH $owner AS owner
CALL (owner) {
  MATCH (m:Memory)
  WHERE m.owner = owner AND m.id IS NOT NULL
    AND m.owner = $owner
    AND ($agent_id IS NULL OR m.agent_id = $agent_id)
    AND ($run_id IS NULL OR m.run_id = $run_id)
    AND (NOT $exactly OR (coalesce(m.agent_id, '') = coalesce($agent_id, '') AND coalesce(m.run_id, '') = coalesce($run_id, '')))
    AND coalesce(m.expires_at > $now, true)
    AND CASE
      WHEN $all_times THEN true
      WHEN $as_of IS NULL THEN m.retired_at IS NULL AND coalesce(m.valid_to > $now, true)
      ELSE coalesce(m.valid_from <= $as_of, true) AND coalesce(m.valid_to > $as_of, m.retired_at IS NULL)
    END
    AND ($hashes IS NULL OR m.text_hash IN $hashes)
    AND all(listed IN $required WHERE any(token IN listed WHERE token IN m.fields))
  RETURN count(m) AS total
}
CALL (owner) {
  MATCH (m:Memory)
  WHERE m.owner = owner AND $above < m.id < $below
    AND m.owner = $owner
    AND ($agent_id IS NULL OR m.agent_id = $agent_id)
    AND ($run_id IS NULL OR m.run_id = $run_id)
    AND (NOT $exactly OR (coalesce(m.agent_id, '') = coalesce($agent_id, '') AND coalesce(m.run_id, '') = coalesce($run_id, '')))
    AND coalesce(m.expires_at > $now, true)
    AND CASE
      WHEN $all_times THEN true
      WHEN $as_of IS NULL THEN m.retired_at IS NULL AND coalesce(m.valid_to > $now, true)
      ELSE coalesce(m.valid_from <= $as_of, true) AND coalesce(m.valid_to > $as_of, m.retired_at IS NULL)
    END
    AND ($hashes IS NULL OR m.text_hash IN $hashes)
    AND all(listed IN $required WHERE any(token IN listed WHERE token IN m.fields))
  // [[newest_first]]
  WITH m
  ORDER BY m.id
  LIMIT $limit
  RETURN collect(m {
    .id, .user_id, .agent_id, .run_id, .text, .text_hash, .memory_type, .role, .actor_id, .position, .heading, .metadata, .categories,
    .created_at, .updated_at, .valid_from, .valid_to, .retired_at, .superseded_by, .expires_at, .feedback,
    episode_id: [(m)-[:DERIVED_FROM]->(p) | p.id][0], about_id: [(m)-[:ABOUT]->(a) | a.id][0],
    about_as: [(m)-[r:ABOUT]->() | r.said][0]
  }) AS page
}
RETURN total, page
