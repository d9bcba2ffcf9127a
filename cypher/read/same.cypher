// A page of what is said of pairs of entities that words in a scope name, with these, and how many pairs there are in all.
MATCH (s:Entity)-[r:SAME_AS]->(t:Entity)
WHERE r.owner = $owner AND r.id > '' AND r.status IN $statuses AND ($id IS NULL OR r.id = $id)
UNWIND [s, t] AS x
WITH s, r, t, x
WHERE EXISTS {
    MATCH (x)<-[n:MENTIONS|ABOUT]-(v:Memory)
    WHERE n.said IS NULL AND v.owner = $owner
      AND ($agent_id IS NULL OR v.agent_id = $agent_id)
      AND ($run_id IS NULL OR v.run_id = $run_id)
  }
  OR EXISTS {
    MATCH (:Entity {id: x.stands_id})<-[n:MENTIONS|ABOUT]-(v:Memory)
    WHERE n.said = x.id AND v.owner = $owner
      AND ($agent_id IS NULL OR v.agent_id = $agent_id)
      AND ($run_id IS NULL OR v.run_id = $run_id)
  }
  OR EXISTS {
    MATCH (:Entity {id: coalesce(x.stands_id, x.id)})<-[:SUBJECT|OBJECT]-(v:Fact)
    WHERE x.id IN [coalesce(v.subject_as, v.subject_id), coalesce(v.object_as, v.object_id)] AND v.owner = $owner
      AND ($agent_id IS NULL OR v.agent_id = $agent_id)
      AND ($run_id IS NULL OR v.run_id = $run_id)
  }
WITH s, r, t, count(x) AS seen
WHERE seen = 2
WITH s, r, t
ORDER BY r.id
WITH collect([r, s, t]) AS pairs
WITH size(pairs) AS total, [pair IN pairs WHERE pair[0].id > $after][..$limit] AS page
RETURN total, COLLECT {
    UNWIND page AS pair
    WITH pair[0] AS r, pair[1] AS s, pair[2] AS t
    RETURN [
        r {.id, .owner, .status, .score, .reason, .decided_by, .decided_at, source_id: s.id, target_id: t.id},
        s {.id, .owner, .key, .whole_key, .name, .type, .aliases, .stands_id},
        t {.id, .owner, .key, .whole_key, .name, .type, .aliases, .stands_id}
      ]
  } AS page
