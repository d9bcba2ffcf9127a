// A part of an owner's entities, by key.
MATCH (e:Entity)
WHERE e.owner = $owner AND e.key > $after
RETURN e.key AS cursor, e {.id, .owner, .key, .whole_key, .name, .type, .aliases, embedding: e.embedding} AS entity
ORDER BY cursor
LIMIT $limit
