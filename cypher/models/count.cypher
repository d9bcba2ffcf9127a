// How many rows are marked as lacking a vector.
MATCH (n:Unembedded)
RETURN count(n) AS number
