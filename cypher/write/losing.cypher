// What hangs on memories that are purged or emptied.
UNWIND $ids AS id
MATCH (m:Memory {id: id})
WHERE m.owner = $owner
RETURN m.id AS id, m.superseded_by AS superseded_by, m.valid_to AS valid_to, m.words AS words, m.word_count AS word_count,
  [(m)-[:SUPPORTS]->(f) | f.id] AS facts, [(m)-[r:MENTIONS|ABOUT]->(e) | coalesce(r.said, e.id)] AS entities,
  [(m)-[:DERIVED_FROM]->(p) | p.id] AS episodes
