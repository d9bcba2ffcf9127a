// Another fact that makes the same statement and is open without end.
MATCH (f:Fact {open_statement: $statement})
WHERE f.id <> $id
RETURN f.id AS id
