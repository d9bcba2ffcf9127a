// Nothing is left over of vectors that are not in use.
MATCH (s:Store {only: true})
REMOVE s.left_over
RETURN s.model AS model
