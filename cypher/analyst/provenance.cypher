// Where a fact comes from: each memory that says it, the very characters, who said it, when, and in which episode.
MATCH (f:Fact {id: $fact, owner: $owner})<-[s:SUPPORTS]-(m:Memory)
OPTIONAL MATCH (m)-[:DERIVED_FROM]->(p:Episode)
RETURN m.id AS memory, substring(m.text, s.span_start, s.span_end - s.span_start) AS words, s.span_start AS span_start,
       s.span_end AS span_end, m.text AS text, m.actor_id AS said_by, m.created_at AS said_at, p.id AS episode
ORDER BY said_at, memory
LIMIT $limit
