// Joins facts again to those of the same owner that closed them.
UNWIND $ids AS id
MATCH (f:Fact {id: id})
MATCH (by:Fact {id: f.superseded_by})
WHERE by.owner = f.owner
MERGE (by)-[:SUPERSEDES]->(f)
RETURN count(*) AS done
