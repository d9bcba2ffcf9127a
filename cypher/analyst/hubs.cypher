// The entities that most memories name: where many paths meet, and where a walk is cut short.
MATCH (e:Entity {owner: $owner})
WHERE e.key IS NOT NULL
WITH e, COUNT { (e)<-[:MENTIONS]-(:Memory) } AS mentions, COUNT { (e)<-[:SUBJECT|OBJECT]-(:Fact) } AS facts
WHERE mentions > 0
RETURN e.name AS entity, e.type AS type, mentions, facts, e.id AS id
ORDER BY mentions DESC, facts DESC, id
LIMIT $limit
