// Every row that was there when these new vectors were begun is marked as lacking one.
MATCH (s:Store {only: true})
WHERE s.begun = $begun
SET s.listed = true
RETURN s.listed AS listed
