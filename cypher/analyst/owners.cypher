// Whose memories are here: every owner in order, and how many memories, facts and entities each has.
MATCH (o:Owner)
WHERE o.owner > ''
WITH o.owner AS owner ORDER BY owner LIMIT $limit
RETURN owner,
       COUNT { MATCH (m:Memory) WHERE m.owner = owner AND m.id IS NOT NULL } AS memories,
       COUNT { MATCH (f:Fact) WHERE f.owner = owner AND f.id IS NOT NULL } AS facts,
       COUNT { MATCH (e:Entity) WHERE e.owner = owner AND e.key IS NOT NULL } AS entities
ORDER BY owner
LIMIT $limit
