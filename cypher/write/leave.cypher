// Takes entities that nothing names any more out of what is said of pairs, history and all; tells whom they were joined with.
UNWIND $ids AS id
MATCH (e:Entity {id: id})
CALL (e) {
  MATCH (e)-[r:SAME_AS]-(:Entity)
  MATCH (v:Revision {memory_id: r.id})
  WHERE v.owner = e.owner
  DETACH DELETE v
  RETURN count(*) AS steps
}
CALL (e) {
  MATCH (e)-[r:SAME_AS]-(x:Entity)
  DELETE r
  RETURN collect(DISTINCT x.id) AS others
}
RETURN e.id AS id, e.stands_id AS stands, others
