// Lets one fact take over what speaks for another that says the same, its earlier beginning, and what pointed to it.
MATCH (gone:Fact {id: $gone})
CALL (gone) {
  MATCH (kept:Fact {id: $kept})
  WHERE kept.owner = gone.owner
  RETURN kept
}
SET kept.valid_from = CASE
  WHEN kept.valid_from IS NULL OR kept.valid_from <= gone.valid_from THEN kept.valid_from
  ELSE gone.valid_from
END
WITH gone, kept
CALL (gone, kept) {
  MATCH (m:Memory)-[u:SUPPORTS]->(gone)
  WHERE NOT EXISTS { (m)-[:SUPPORTS]->(kept) }
  CREATE (m)-[v:SUPPORTS]->(kept)
  SET v = properties(u)
  RETURN count(v) AS moved
}
CALL (kept) {
  MATCH (f:Fact {superseded_by: $gone})
  WHERE f.owner = $owner
  SET f.superseded_by = $kept
  MERGE (kept)-[:SUPERSEDES]->(f)
  RETURN count(f) AS redirected
}
RETURN moved, redirected
