// Which predicates there are, how many facts have each, and how many of these hold now.
MATCH (f:Fact {owner: $owner})
WHERE f.id IS NOT NULL
RETURN f.predicate AS predicate, count(*) AS facts, count(CASE WHEN f.retired_at IS NULL THEN 1 END) AS current,
       count(DISTINCT f.subject_id) AS subjects, count(DISTINCT f.object_id) AS objects
ORDER BY facts DESC, predicate
LIMIT $limit
