// Whether vectors can be searched within an owner: a server that cannot does not understand the question.
CYPHER 25
// [[explain]]
MATCH (m:Memory)
SEARCH m IN (
  VECTOR INDEX memory_embedding FOR $vector
  WHERE m.owner = $owner
  LIMIT 1
)
RETURN m.id AS id
