// A part of what is said of pairs of an owner's entities, by id.
MATCH (s:Entity)-[r:SAME_AS]->(t:Entity)
WHERE r.owner = $owner AND r.id > $after
RETURN r.id AS cursor, r {.id, .owner, .status, .score, .reason, .decided_by, .decided_at, source_id: s.id, target_id: t.id} AS same
ORDER BY cursor
LIMIT $limit
