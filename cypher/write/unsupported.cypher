// Of these facts, those that no memory says any more.
UNWIND $ids AS id
MATCH (f:Fact {id: id})
WHERE NOT EXISTS { (f)<-[:SUPPORTS]-() }
RETURN f.id AS id, f.superseded_by AS superseded_by, f.valid_to AS valid_to, coalesce(f.subject_as, f.subject_id) AS subject_id,
  coalesce(f.object_as, f.object_id) AS object_id
