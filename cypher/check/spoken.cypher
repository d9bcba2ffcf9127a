// What memories say, whose words are to be written again.
UNWIND $ids AS id
MATCH (m:Memory {id: id})
RETURN m.id AS id, m.actor_id AS actor_id, m.text AS text
ORDER BY id
