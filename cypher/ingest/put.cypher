// Writes adds that are followed up: new ones with the memories that they list, and changes of those that are there.
CALL () {
  UNWIND $added AS row
  CREATE (g:Ingest)
  SET g = row.made
  WITH g, row
  CALL (g, row) {
    UNWIND row.memories AS one
    MATCH (m:Memory {id: one.id})
    WHERE m.owner = $owner
    CREATE (m)-[:FROM_INGEST {position: one.position}]->(g)
    RETURN count(m) AS listed
  }
  RETURN sum(listed) AS listed
}
CALL () {
  UNWIND $changed AS row
  MATCH (g:Ingest {id: row.id})
  WHERE g.owner = $owner
  SET g += row
  RETURN count(g) AS changed
}
RETURN listed, changed
