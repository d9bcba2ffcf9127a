// What a part of an owner's memories speaks for and names.
MATCH (m:Memory)
WHERE m.owner = $owner AND m.number > $after
WITH m
ORDER BY m.number
LIMIT $limit
RETURN m.number AS cursor,
  COLLECT {
    MATCH (m)-[u:SUPPORTS]->(f:Fact)
    RETURN {memory_id: m.id, fact_id: f.id, sentence: u.sentence, span_start: u.span_start, span_end: u.span_end, since: u.since, until: u.until}
    ORDER BY f.id
  } AS supports,
  COLLECT {
    MATCH (m)-[n:MENTIONS]->(e:Entity)
    WITH coalesce(n.said, e.id) AS named, n
    RETURN {memory_id: m.id, entity_id: named, sentence: n.sentence, span_start: n.span_start, span_end: n.span_end}
    ORDER BY named, n.sentence
  } AS mentions
ORDER BY cursor
