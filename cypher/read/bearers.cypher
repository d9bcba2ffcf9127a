// The entities, named by words in a scope, that bear one of these keys or have it among their aliases' keys, each by itself.
UNWIND $keys AS key
CALL (key) {
  MATCH (e:Entity {owner: $owner, key: key})
  RETURN e
  UNION
  MATCH (:Alias {owner: $owner, key: key})-[:NAMES]->(e:Entity {owner: $owner})
  RETURN e
}
WITH DISTINCT e AS x
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
RETURN x {.id, .owner, .key, .whole_key, .name, .type, .aliases, .stands_id} AS entity
ORDER BY x.id
