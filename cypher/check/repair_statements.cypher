// Says again of each fact whether its statement stands; one of two that would stand is left as it is.
UNWIND $ids AS id
MATCH (f:Fact {id: id})
WITH f, CASE WHEN f.retired_at IS NULL AND f.valid_to IS NULL THEN f.statement END AS open
WHERE open IS NULL OR NOT EXISTS { (:Fact {open_statement: open}) }
SET f.open_statement = open
RETURN count(f) AS done
