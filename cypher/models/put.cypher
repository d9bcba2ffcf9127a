// Gives rows the vectors that were made for them.
UNWIND $rows AS row
CALL (row) {
  MATCH (n:Memory {id: row.id})
  RETURN n
  UNION
  MATCH (n:Sentence {id: row.id})
  RETURN n
  UNION
  MATCH (n:Entity {id: row.id})
  RETURN n
  UNION
  MATCH (n:Fact {id: row.id})
  RETURN n
}
FOREACH (_ IN CASE WHEN $in_use THEN [1] ELSE [] END | SET n.embedding = row.vector)
FOREACH (_ IN CASE WHEN $in_use THEN [] ELSE [1] END | SET n.embedding_next = row.vector)
REMOVE n:Unembedded
RETURN count(n) AS number
