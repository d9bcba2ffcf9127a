// The life of an entity in the order in which things held in the world: every fact about it, those that are past too.
MATCH (e:Entity {owner: $owner})
WHERE e.key IS NOT NULL
  AND (toLower(e.name) = toLower($name) OR any(alias IN coalesce(e.aliases, []) + coalesce(e.others, []) WHERE toLower(alias) = toLower($name)))
MATCH (e)<-[:SUBJECT|OBJECT]-(f:Fact)
WITH DISTINCT f
RETURN coalesce(f.valid_from, f.recorded_at) AS since, coalesce(f.valid_to, f.retired_at) AS until, f.subject AS subject,
       f.predicate AS predicate, f.object AS object, f.negated AS negated, f.id AS fact
ORDER BY since, fact
LIMIT $limit
