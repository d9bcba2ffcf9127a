// Holds the schema until the transaction ends: of two who start at once, one waits here.
MERGE (l:Lock {name: 'schema'})
SET l.held = true
RETURN l.name AS name
