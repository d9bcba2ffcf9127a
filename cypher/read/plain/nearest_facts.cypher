// The facts of a scope that are nearest to a vector, best first, by exact cosine.
MATCH (o:Owner {owner: $owner})
CALL (o) {
  WITH o
  WHERE o.memories <= $exact
  MATCH (f:Fact {owner: $owner})
  USING INDEX f:Fact(owner, id)
  WHERE f.id IS NOT NULL
  RETURN f
  UNION ALL
  WITH o
  WHERE o.memories > $exact
  CALL db.index.vector.queryNodes('fact_embedding', $reach, $vector) YIELD node AS f
  RETURN f
}
WITH o.memories <= $exact AS exact, collect(f) AS near
WITH near, exact OR size(near) < $reach AS complete
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
