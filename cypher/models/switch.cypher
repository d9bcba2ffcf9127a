// Takes the vectors that were being made into use; the others are left over.
MATCH (s:Store {only: true})
SET s.model = s.next_model, s.dimension = s.next_dimension, s.left_over = true,
  s.place = CASE coalesce(s.place, 'a') WHEN 'a' THEN 'b' ELSE 'a' END
REMOVE s.next_model, s.next_dimension, s.begun, s.listed
RETURN s.model AS model
