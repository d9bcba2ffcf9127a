// The memories of a scope that are nearest to a vector, best first, by exact cosine.
CYPHER 25
CALL () {
  MATCH (m:Memory)
  SEARCH m IN (
    VECTOR INDEX memory_embedding FOR $vector
    WHERE m.owner = $owner
      // [[agent]]
      // [[run]]
      // [[current]]
    LIMIT $reach
  )
  RETURN collect(m) AS near
}
WITH near, size(near) < $reach AS complete
CALL (near) {
  UNWIND near AS m
  WITH m
  WHERE m.owner = $owner
    AND ($agent_id IS NULL OR m.agent_id = $agent_id)
    AND ($run_id IS NULL OR m.run_id = $run_id)
    AND coalesce(m.expires_at > $now, true)
    AND CASE
      WHEN $all_times THEN true
      WHEN $as_of IS NULL THEN m.retired_at IS NULL AND coalesce(m.valid_to > $now, true)
      ELSE coalesce(m.valid_from <= $as_of, true) AND coalesce(m.valid_to > $as_of, m.retired_at IS NULL)
    END
    AND all(listed IN $required WHERE any(token IN listed WHERE token IN m.fields))
    AND m.embedding IS NOT NULL
  WITH m, 2 * vector.similarity.cosine(m.embedding, $vector) - 1 AS cosine
  ORDER BY cosine DESC, m.id
  LIMIT $kept
  RETURN collect([m.id, cosine]) AS found, collect(CASE WHEN $checked THEN m {
    .id, .user_id, .agent_id, .run_id, .memory_type, .role, .actor_id, .position, .heading, .metadata, .categories,
    .created_at, .updated_at, .valid_from, .valid_to, .retired_at, .superseded_by, .expires_at, .feedback,
    episode_id: [(m)-[:DERIVED_FROM]->(p) | p.id][0], about_id: [(m)-[:ABOUT]->(a) | a.id][0],
    about_as: [(m)-[r:ABOUT]->() | r.said][0]
  } END) AS outlines
}
RETURN found, outlines, complete
