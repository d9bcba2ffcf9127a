// How much there is of each kind, of an owner.
MATCH (o:Owner {owner: $owner})
RETURN COUNT { MATCH (p:Episode) WHERE p.owner = $owner } AS episodes,
       COUNT { MATCH (m:Memory) WHERE m.owner = $owner AND m.id IS NOT NULL } AS memories,
       COUNT { MATCH (f:Fact) WHERE f.owner = $owner AND f.id IS NOT NULL } AS facts,
       COUNT { MATCH (f:Fact) WHERE f.owner = $owner AND f.id IS NOT NULL AND f.retired_at IS NULL } AS current_facts,
       COUNT { MATCH (e:Entity) WHERE e.owner = $owner AND e.key IS NOT NULL } AS entities,
       COUNT { MATCH (r:Revision) WHERE r.owner = $owner AND r.number IS NOT NULL } AS revisions
