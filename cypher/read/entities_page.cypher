// A page of the entities of a scope in order of id, and how many there are in all.
WITH $owner AS owner
CALL (owner) {
  MATCH (e:Entity)
  WHERE e.owner = owner AND e.key IS NOT NULL
    AND e.owner = $owner
    AND ($memory_ids IS NULL OR EXISTS {
      MATCH (e)<-[:MENTIONS]-(v:Memory)
      WHERE v.id IN $memory_ids
        AND v.owner = $owner
        AND ($agent_id IS NULL OR v.agent_id = $agent_id)
        AND ($run_id IS NULL OR v.run_id = $run_id)
    })
    AND (
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
  RETURN count(e) AS total
}
CALL (owner) {
  MATCH (e:Entity)
  WHERE e.owner = owner AND $above < e.id < $below AND e.key IS NOT NULL
    AND e.owner = $owner
    AND ($memory_ids IS NULL OR EXISTS {
      MATCH (e)<-[:MENTIONS]-(v:Memory)
      WHERE v.id IN $memory_ids
        AND v.owner = $owner
        AND ($agent_id IS NULL OR v.agent_id = $agent_id)
        AND ($run_id IS NULL OR v.run_id = $run_id)
    })
    AND (
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
  // [[newest_first]]
  WITH e
  ORDER BY e.id
  LIMIT $limit
  RETURN collect(e {.id, .owner, .key, .whole_key, .name, .type, .aliases, .others}) AS page
}
RETURN total, page
