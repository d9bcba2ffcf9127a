// The entities of a scope that are nearest to a vector, best first, by exact cosine.
CYPHER 25
CALL () {
  MATCH (e:Entity)
  SEARCH e IN (
    VECTOR INDEX entity_embedding FOR $vector
    WHERE e.owner = $owner
    LIMIT $reach
  )
  RETURN collect(e) AS near
}
WITH near, size(near) < $reach AS complete
CALL (near) {
  UNWIND near AS e
  WITH e, 2 * vector.similarity.cosine(e.embedding, $vector) - 1 AS cosine
  WHERE e.owner = $owner AND cosine IS NOT NULL
  ORDER BY cosine DESC, e.id
  WITH e, cosine
  WHERE (
      EXISTS {
        MATCH (e)<-[:MENTIONS|ABOUT]-(v:Memory)
        WHERE v.owner = $owner
          AND ($agent_id IS NULL OR v.agent_id = $agent_id)
          AND ($run_id IS NULL OR v.run_id = $run_id)
          AND (v.expires_at IS NULL OR v.expires_at > $now)
          AND (
            $all_times
            OR ($as_of IS NULL AND v.retired_at IS NULL AND (v.valid_to IS NULL OR v.valid_to > $now))
            OR (
              $as_of IS NOT NULL
              AND (v.valid_from IS NULL OR v.valid_from <= $as_of)
              AND (v.valid_to IS NULL OR v.valid_to > $as_of)
              AND (v.retired_at IS NULL OR v.valid_to IS NOT NULL)
            )
          )
      }
      OR EXISTS {
        MATCH (e)<-[:SUBJECT|OBJECT]-(v:Fact)
        WHERE v.owner = $owner
          AND ($agent_id IS NULL OR v.agent_id = $agent_id)
          AND ($run_id IS NULL OR v.run_id = $run_id)
          AND (v.expires_at IS NULL OR v.expires_at > $now)
          AND (
            $all_times
            OR ($as_of IS NULL AND v.retired_at IS NULL AND (v.valid_to IS NULL OR v.valid_to > $now))
            OR (
              $as_of IS NOT NULL
              AND (v.valid_from IS NULL OR v.valid_from <= $as_of)
              AND (v.valid_to IS NULL OR v.valid_to > $as_of)
              AND (v.retired_at IS NULL OR v.valid_to IS NOT NULL)
            )
          )
      }
    )
  LIMIT $kept
  RETURN collect([e.id, cosine, null]) AS found
}
RETURN found, complete
