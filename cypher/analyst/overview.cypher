// How much there is of each kind, of an owner.
MATCH (o:Owner {owner: $owner})
RETURN COUNT { MATCH (:Episode {owner: o.owner}) } AS episodes, COUNT { MATCH (:Memory {owner: o.owner}) } AS memories,
       COUNT { MATCH (f:Fact {owner: o.owner}) } AS facts,
       COUNT { MATCH (f:Fact {owner: o.owner}) WHERE f.retired_at IS NULL } AS current_facts,
       COUNT { MATCH (:Entity {owner: o.owner}) } AS entities, COUNT { MATCH (:Revision {owner: o.owner}) } AS revisions
