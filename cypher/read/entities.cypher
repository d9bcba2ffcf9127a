// The entities of a scope that bear one of these keys, or have it among their aliases' keys.
UNWIND $keys AS key
CALL (key) {
  MATCH (e:Entity {owner: $owner, key: key})
  RETURN e
  UNION
  MATCH (:Alias {owner: $owner, key: key})-[:NAMES]->(e:Entity {owner: $owner})
  RETURN e
}
WITH DISTINCT e
WHERE EXISTS {
    MATCH (e)<-[n:MENTIONS|ABOUT]-(v:Memory)
    WHERE n.said IS NULL AND v.owner = $owner
      AND ($agent_id IS NULL OR v.agent_id = $agent_id)
      AND ($run_id IS NULL OR v.run_id = $run_id)
  }
  OR EXISTS {
    MATCH (:Entity {id: e.stands_id})<-[n:MENTIONS|ABOUT]-(v:Memory)
    WHERE n.said = e.id AND v.owner = $owner
      AND ($agent_id IS NULL OR v.agent_id = $agent_id)
      AND ($run_id IS NULL OR v.run_id = $run_id)
  }
  OR EXISTS {
    MATCH (:Entity {id: coalesce(e.stands_id, e.id)})<-[:SUBJECT|OBJECT]-(v:Fact)
    WHERE e.id IN [coalesce(v.subject_as, v.subject_id), coalesce(v.object_as, v.object_id)] AND v.owner = $owner
      AND ($agent_id IS NULL OR v.agent_id = $agent_id)
      AND ($run_id IS NULL OR v.run_id = $run_id)
  }
CALL (e) {
  MATCH (x:Entity {id: coalesce(e.stands_id, e.id)})
  RETURN x
}
WITH DISTINCT x AS e
RETURN e {.id, .owner, .key, .whole_key, .name, .type, .aliases, .others} AS entity
ORDER BY e.id
