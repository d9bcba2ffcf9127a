// The entities of a scope that are nearest to a vector, best first, by exact cosine.
MATCH (o:Owner {owner: $owner})
CALL (o) {
  WITH o
  WHERE o.memories <= $exact
  MATCH (e:Entity {owner: $owner})
  USING INDEX e:Entity(owner, key)
  WHERE e.key IS NOT NULL
  RETURN e
  UNION ALL
  WITH o
  WHERE o.memories > $exact
  CALL db.index.vector.queryNodes('entity_embedding', $reach, $vector) YIELD node AS e
  RETURN e
}
WITH o.memories <= $exact AS exact, collect(e) AS near
WITH near, exact OR size(near) < $reach AS complete
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
          AND coalesce(v.expires_at > $now, true)
          AND CASE
            WHEN $all_times THEN true
            WHEN $as_of IS NULL THEN v.retired_at IS NULL AND coalesce(v.valid_to > $now, true)
            ELSE coalesce(v.valid_from <= $as_of, true) AND coalesce(v.valid_to > $as_of, v.retired_at IS NULL)
          END
      }
      OR EXISTS {
        MATCH (e)<-[:SUBJECT|OBJECT]-(v:Fact)
        WHERE v.owner = $owner
          AND ($agent_id IS NULL OR v.agent_id = $agent_id)
          AND ($run_id IS NULL OR v.run_id = $run_id)
          AND coalesce(v.expires_at > $now, true)
          AND CASE
            WHEN $all_times THEN true
            WHEN $as_of IS NULL THEN v.retired_at IS NULL AND coalesce(v.valid_to > $now, true)
            ELSE coalesce(v.valid_from <= $as_of, true) AND coalesce(v.valid_to > $as_of, v.retired_at IS NULL)
          END
      }
    )
  LIMIT $kept
  RETURN collect([e.id, cosine]) AS found
}
RETURN found, [] AS outlines, complete
