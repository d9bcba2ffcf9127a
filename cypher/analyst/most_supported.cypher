// The facts that most memories say, with the first and the last time.
MATCH (f:Fact {owner: $owner})<-[:SUPPORTS]-(m:Memory)
WHERE f.id IS NOT NULL
WITH f, count(DISTINCT m) AS supports, min(m.created_at) AS first_said, max(m.created_at) AS last_said
RETURN f.text AS text, supports, first_said, last_said, f.retired_at IS NULL AS current, f.id AS fact
ORDER BY supports DESC, fact
LIMIT $limit
