// Marks the rows that lack a vector, a few in the order of their ids; tells how far it came.
MATCH (n)
WHERE n.id > $after
// [[kind]]
WITH n
ORDER BY n.id
LIMIT $limit
FOREACH (_ IN CASE WHEN $in_use AND n.embedding IS NULL OR NOT $in_use AND n.embedding_next IS NULL THEN [1] ELSE [] END | SET n:Unembedded)
RETURN max(n.id) AS last, count(n) AS number
