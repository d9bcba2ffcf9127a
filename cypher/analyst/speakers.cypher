// Who has said how much, and how many facts were read from it.
MATCH (m:Memory {owner: $owner})
WHERE m.id IS NOT NULL
WITH m.actor_id AS speaker, count(m) AS memories, sum(COUNT { (m)-[:SUPPORTS]->(:Fact) }) AS facts, max(m.created_at) AS last_said
RETURN speaker, memories, facts, last_said
ORDER BY memories DESC, speaker
LIMIT $limit
