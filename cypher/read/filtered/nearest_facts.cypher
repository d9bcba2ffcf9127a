// The facts of a scope that are nearest to a vector, best first, by exact cosine.
CYPHER 25
CALL () {
  MATCH (f:Fact)
  SEARCH f IN (
    VECTOR INDEX fact_embedding FOR $vector
    WHERE f.owner = $owner
      // [[agent]]
      // [[run]]
      // [[current]]
    LIMIT $reach
  )
  RETURN collect(f) AS near
}
WITH near, size(near) < $reach AS complete
CALL (near) {
  UNWIND near AS f
  WITH f
  WHERE f.owner = $owner
    AND ($agent_id IS NULL OR f.agent_id = $agent_id)
    AND ($run_id IS NULL OR f.run_id = $run_id)
    AND coalesce(f.expires_at > $now, true)
    AND CASE
      WHEN $all_times THEN true
      WHEN $as_of IS NULL THEN f.retired_at IS NULL AND coalesce(f.valid_to > $now, true)
      ELSE coalesce(f.valid_from <= $as_of, true) AND coalesce(f.valid_to > $as_of, f.retired_at IS NULL)
    END
    AND f.embedding IS NOT NULL
  WITH f, 2 * vector.similarity.cosine(f.embedding, $vector) - 1 AS cosine
  ORDER BY cosine DESC, f.id
  LIMIT $kept
  RETURN collect([f.id, cosine]) AS found
}
RETURN found, [] AS outlines, complete
