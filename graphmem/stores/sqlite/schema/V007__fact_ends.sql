-- The facts of one kind that lead to an entity are found without going through all the others that do.

DROP INDEX fact_by_object;
CREATE INDEX fact_by_object ON fact (object_number, predicate);
