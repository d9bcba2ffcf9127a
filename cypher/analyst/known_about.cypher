// What is known now about an entity, given by a name or alias: how often it was said, by whom, and since when.
MATCH (e:Entity {owner: $owner})
WHERE e.key IS NOT NULL
  AND (toLower(e.name) = toLower($name) OR any(alias IN coalesce(e.aliases, []) + coalesce(e.others, []) WHERE toLower(alias) = toLower($name)))
MATCH (e)<-[:SUBJECT|OBJECT]-(f:Fact)
WHERE f.retired_at IS NULL AND (f.valid_to IS NULL OR f.valid_to > datetime())
OPTIONAL MATCH (f)<-[:SUPPORTS]-(m:Memory)
WITH DISTINCT f, m ORDER BY m.number LIMIT 10000
WITH f, collect(DISTINCT m.actor_id) AS said_by
RETURN f.subject AS subject, f.predicate AS predicate, f.object AS object, f.negated AS negated, f.support_count AS supports,
       said_by, coalesce(f.valid_from, f.recorded_at) AS since, f.id AS fact
ORDER BY supports DESC, since, fact
LIMIT $limit
