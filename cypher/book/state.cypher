// What has been applied to this database, and which model made its vectors.
OPTIONAL MATCH (m:Migration)
WITH collect(m {.version, .name, .checksum}) AS applied
OPTIONAL MATCH (s:Store)
RETURN applied, s.model AS model, s.dimension AS dimension, s.vectors AS vectors,
  coalesce(s.place, 'a') AS place
