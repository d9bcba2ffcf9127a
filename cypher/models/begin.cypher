// From here on vectors of this model are being made beside those in use.
MATCH (s:Store {only: true})
SET s.next_model = $model, s.next_dimension = $dimension, s.begun = randomUUID()
REMOVE s.listed
RETURN s.begun AS begun
