// The shortest chains of facts that hold now between two entities, given by name: at most four steps.
MATCH (a:Entity {owner: $owner}), (b:Entity {owner: $owner})
WHERE a.key IS NOT NULL AND b.key IS NOT NULL AND toLower(a.name) = toLower($source) AND toLower(b.name) = toLower($target) AND a <> b
MATCH p = allShortestPaths((a)-[*..4]-(b))
WHERE all(r IN relationships(p) WHERE r.fact_id IS NOT NULL AND r.retired_at IS NULL AND NOT r.negated)
RETURN [n IN nodes(p) | n.name] AS entities, [r IN relationships(p) | r.predicate] AS predicates,
       [r IN relationships(p) | r.fact_id] AS facts, length(p) AS steps
ORDER BY steps, facts
LIMIT $limit
