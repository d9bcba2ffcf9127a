// The indexes of the database and whether they are filled.
SHOW INDEXES YIELD name, state, type, populationPercent
WHERE type <> 'LOOKUP'
RETURN name, state, type, populationPercent AS percent
