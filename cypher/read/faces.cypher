// Those of these entities and of all that they stand for that words in a scope name, each by itself.
UNWIND $ids AS id
CALL (id) {
  MATCH (e:Entity {id: id})
  RETURN e
  UNION
  MATCH (e:Entity {stands_id: id})
  RETURN e
}
WITH DISTINCT e
WHERE e.owner = $owner AND (
  EXISTS {
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
)
RETURN e {.id, .owner, .key, .whole_key, .name, .type, .aliases, .stands_id} AS entity
ORDER BY e.id
