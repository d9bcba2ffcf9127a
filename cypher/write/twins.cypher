// Facts of an owner that make one of these statements and are not retired, the oldest first.
UNWIND $statements AS statement
MATCH (f:Fact {statement: statement})
WHERE f.owner = $owner AND f.retired_at IS NULL
RETURN f.statement AS statement, f.id AS id, f.valid_to AS valid_to
ORDER BY f.number
