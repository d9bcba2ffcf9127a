// Some of the rows that lack a vector, with what its text is made of.
MATCH (n:Unembedded)
WITH n
LIMIT $limit
RETURN n.id AS id, coalesce(n.text, n.name) AS text, n.actor_id AS actor_id, n.heading AS heading
