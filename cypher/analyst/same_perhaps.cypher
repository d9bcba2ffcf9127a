// Entities that could be the same thing: one's name is an alias of the other, or begins with it.
MATCH (a:Entity {owner: $owner}), (b:Entity {owner: $owner})
WHERE a.key IS NOT NULL AND b.key IS NOT NULL AND a.id < b.id AND a.type <> 'value' AND b.type <> 'value'
  AND NOT EXISTS { (a)-[r:SAME_AS WHERE r.status <> 'candidate']-(b) }
  AND (toLower(a.name) IN [alias IN b.aliases | toLower(alias)] OR toLower(b.name) IN [alias IN a.aliases | toLower(alias)]
       OR (size(a.name) > 2 AND toLower(b.name) STARTS WITH toLower(a.name))
       OR (size(b.name) > 2 AND toLower(a.name) STARTS WITH toLower(b.name)))
RETURN a.name AS entity, b.name AS other, a.type AS type, b.type AS other_type,
       COUNT { (a)<-[:MENTIONS]-() } AS mentions, COUNT { (b)<-[:MENTIONS]-() } AS other_mentions, a.id AS id, b.id AS other_id
ORDER BY mentions + other_mentions DESC, id, other_id
LIMIT $limit
