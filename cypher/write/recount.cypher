// Brings the support count and the expiry of facts up to date.
UNWIND $ids AS id
MATCH (f:Fact {id: id})
CALL (f) {
  MATCH (f)<-[:SUPPORTS]-(m:Memory)
  RETURN count(m) AS all, count(m.expires_at) AS ending, max(m.expires_at) AS last
}
SET f.support_count = all, f.expires_at = CASE WHEN all = ending THEN last END
RETURN count(f) AS done
