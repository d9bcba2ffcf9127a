// Joins the memories of each run again, in the order in which they were written.
MATCH (m:Memory)
WHERE m.owner = $owner AND m.run_id >= ''
WITH m
ORDER BY m.number
WITH m.run_id AS run_id, m.agent_id AS agent_id, collect(m) AS run
UNWIND range(1, size(run) - 1) AS place
WITH run[place - 1] AS before, run[place] AS after
WHERE NOT EXISTS { (before)-[:NEXT]->(after) }
MERGE (before)-[:NEXT]->(after)
RETURN count(*) AS done
