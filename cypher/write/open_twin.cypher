// Another fact that makes the same statement as a closed one and was not over when that one was recorded.
MATCH (gone:Fact {id: $id})
CALL (gone) {
  MATCH (f:Fact {statement: $statement})
  WHERE f.owner = gone.owner AND f.id <> gone.id AND f.retired_at IS NULL AND coalesce(f.valid_to > gone.recorded_at, true)
  RETURN f
  ORDER BY f.number
  LIMIT 1
}
RETURN f.id AS id
