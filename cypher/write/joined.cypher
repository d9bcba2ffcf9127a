// Entities with what each is joined with at one remove, and who stands for whom.
UNWIND $ids AS id
MATCH (e:Entity {id: id})
WHERE e.owner = $owner
RETURN e.id AS id, coalesce(e.stands_id, e.id) AS stands, e.name AS name, e.aliases AS aliases,
  COLLECT {
    MATCH (e)-[r:SAME_AS]->(t:Entity)
    WHERE r.status = 'same'
    RETURN t.id
  } AS targets,
  COLLECT {
    MATCH (e)<-[r:SAME_AS]-(s:Entity)
    WHERE r.status = 'same'
    RETURN s.id
  } AS sources,
  COLLECT {
    MATCH (x:Entity {stands_id: e.id})
    RETURN x.id
  } AS others
