// How many rows of each kind a scope sees; of all owners between two, without a scope.
MATCH (o:Owner)
WHERE $first <= o.owner <= $last
WITH collect(o.owner) AS owners
CALL (owners) {
  UNWIND owners AS owner
  MATCH (m:Memory {owner: owner})
  USING INDEX m:Memory(owner, id)
  WHERE m.id IS NOT NULL
    AND ($owner IS NULL OR m.owner = $owner)
    AND ($agent_id IS NULL OR m.agent_id = $agent_id)
    AND ($run_id IS NULL OR m.run_id = $run_id)
    AND coalesce(m.expires_at > $now, true)
    AND CASE
      WHEN $all_times THEN true
      WHEN $as_of IS NULL THEN m.retired_at IS NULL AND coalesce(m.valid_to > $now, true)
      ELSE coalesce(m.valid_from <= $as_of, true) AND coalesce(m.valid_to > $as_of, m.retired_at IS NULL)
    END
  RETURN count(m) AS memories
}
CALL (owners) {
  UNWIND owners AS owner
  MATCH (f:Fact {owner: owner})
  USING INDEX f:Fact(owner, id)
  WHERE f.id IS NOT NULL
    AND ($owner IS NULL OR f.owner = $owner)
    AND ($agent_id IS NULL OR f.agent_id = $agent_id)
    AND ($run_id IS NULL OR f.run_id = $run_id)
    AND coalesce(f.expires_at > $now, true)
    AND CASE
      WHEN $all_times THEN true
      WHEN $as_of IS NULL THEN f.retired_at IS NULL AND coalesce(f.valid_to > $now, true)
      ELSE coalesce(f.valid_from <= $as_of, true) AND coalesce(f.valid_to > $as_of, f.retired_at IS NULL)
    END
  RETURN count(f) AS facts
}
CALL (owners) {
  UNWIND owners AS owner
  MATCH (e:Entity {owner: owner})
  USING INDEX e:Entity(owner, key)
  WHERE e.key IS NOT NULL
    AND (
      EXISTS {
        MATCH (e)<-[:MENTIONS|ABOUT]-(v:Memory)
        WHERE ($owner IS NULL OR v.owner = $owner)
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
        WHERE ($owner IS NULL OR v.owner = $owner)
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
  RETURN count(e) AS entities
}
CALL (owners) {
  UNWIND owners AS owner
  MATCH (p:Episode {owner: owner})
  USING INDEX p:Episode(owner)
  WHERE EXISTS {
      MATCH (p)<-[:DERIVED_FROM]-(v:Memory)
      WHERE ($owner IS NULL OR v.owner = $owner)
        AND ($agent_id IS NULL OR v.agent_id = $agent_id)
        AND ($run_id IS NULL OR v.run_id = $run_id)
        AND coalesce(v.expires_at > $now, true)
        AND CASE
          WHEN $all_times THEN true
          WHEN $as_of IS NULL THEN v.retired_at IS NULL AND coalesce(v.valid_to > $now, true)
          ELSE coalesce(v.valid_from <= $as_of, true) AND coalesce(v.valid_to > $as_of, v.retired_at IS NULL)
        END
    }
  RETURN count(p) AS episodes
}
RETURN memories, facts, entities, episodes
