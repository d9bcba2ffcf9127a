// Takes rows for this transaction, those that lack a vector, and tells what its text is made of.
UNWIND $ids AS id
CALL (id) {
  MATCH (n:Memory {id: id})
  RETURN n
  UNION
  MATCH (n:Sentence {id: id})
  RETURN n
  UNION
  MATCH (n:Entity {id: id})
  RETURN n
  UNION
  MATCH (n:Fact {id: id})
  RETURN n
}
SET n.claimed = true
REMOVE n.claimed
WITH n
WHERE n:Unembedded
RETURN n.id AS id, coalesce(n.text, n.name) AS text, n.actor_id AS actor_id, n.heading AS heading
