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
    AND (f.expires_at IS NULL OR f.expires_at > $now)
    AND (
      $all_times
      OR ($as_of IS NULL AND f.retired_at IS NULL AND (f.valid_to IS NULL OR f.valid_to > $now))
      OR (
        $as_of IS NOT NULL
        AND (f.valid_from IS NULL OR f.valid_from <= $as_of)
        AND (f.valid_to IS NULL OR f.valid_to > $as_of)
        AND (f.retired_at IS NULL OR f.valid_to IS NOT NULL)
      )
    )
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
        WHERE ($owner IS NULL OR v.owner = $owner)
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
  RETURN count(p) AS episodes
}
RETURN memories, facts, entities, episodes
