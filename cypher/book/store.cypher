// Which model makes the vectors here, written once.
MERGE (s:Store {only: true})
ON CREATE SET s.model = $model, s.dimension = $dimension, s.vectors = $vectors, s.created_at = datetime()
RETURN s.model AS model, s.dimension AS dimension, s.vectors AS vectors
