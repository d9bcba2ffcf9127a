// The entities of a scope that bear one of these keys, or have it among their aliases' keys.
UNWIND $keys AS key
CALL (key) {
  MATCH (e:Entity {owner: $owner, key: key})
  RETURN e
  UNION
  MATCH (:Alias {owner: $owner, key: key})-[:NAMES]->(e:Entity {owner: $owner})
  RETURN e
}
CALL (e) {
  MATCH (x:Entity {id: coalesce(e.stands_id, e.id)})
  RETURN x
}
WITH DISTINCT x AS e
WHERE (
    EXISTS {
      MATCH (e)<-[:MENTIONS|ABOUT]-(v:Memory)
      WHERE v.owner = $owner
        AND ($agent_id IS NULL OR v.agent_id = $agent_id)
        AND ($run_id IS NULL OR v.run_id = $run_id)
    }
    OR EXISTS {
      MATCH (e)<-[:SUBJECT|OBJECT]-(v:Fact)
      WHERE v.owner = $owner
        AND ($agent_id IS NULL OR v.agent_id = $agent_id)
        AND ($run_id IS NULL OR v.run_id = $run_id)
    }
  )
RETURN e {.id, .owner, .key, .whole_key, .name, .type, .aliases, .others} AS entity
ORDER BY e.id
