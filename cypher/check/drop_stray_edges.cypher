// Takes away the edges that stand for no fact between the two.
MATCH (s:Entity)-[r]->(t:Entity)
WHERE s.owner = $owner AND s.key >= '' AND r.fact_id IN $ids
  AND NOT EXISTS {
    MATCH (f:Fact {id: r.fact_id})
    WHERE f.subject_id = s.id AND f.object_id = t.id
  }
DELETE r
RETURN count(*) AS done
