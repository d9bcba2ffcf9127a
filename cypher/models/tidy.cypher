// Takes vectors that are left over from a few rows, in the order of their ids; tells how far it came.
MATCH (s:Store {only: true})
SET s.claimed = true
WITH s
WHERE s.left_over
MATCH (n)
WHERE n.id > $after
// [[kind]]
WITH n
ORDER BY n.id
LIMIT $limit
REMOVE n.embedding_next, n:Unembedded
RETURN max(n.id) AS last, count(n) AS number
