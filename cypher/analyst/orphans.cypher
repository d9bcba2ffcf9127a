// Entities that nothing says anything about: no fact, and no memory that names them.
MATCH (e:Entity {owner: $owner})
WHERE e.key IS NOT NULL AND NOT EXISTS { (e)<-[:SUBJECT|OBJECT]-(:Fact) } AND NOT EXISTS { (e)<-[:MENTIONS|ABOUT]-(:Memory) }
RETURN e.name AS entity, e.type AS type, e.id AS id
ORDER BY entity, id
LIMIT $limit
