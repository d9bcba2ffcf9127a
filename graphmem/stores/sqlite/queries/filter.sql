-- Tests of one field, as conditions on memory m. VALUE, PATH … stand for bound parameters.
-- Each gives 0 or 1, never NULL, so that NOT is the opposite.

-- fragment: text_memory_type
m.memory_type

-- fragment: text_role
m.role

-- fragment: text_actor_id
m.actor_id

-- fragment: text_about_id
(SELECT z.id FROM entity AS z WHERE z.number = m.about_number)

-- fragment: text_episode_id
(SELECT z.id FROM episode AS z WHERE z.number = m.episode_number)

-- fragment: text_id
m.id

-- fragment: text_created_at
m.created_at

-- fragment: text_updated_at
m.updated_at

-- fragment: text_valid_from
m.valid_from

-- fragment: text_valid_to
m.valid_to

-- fragment: text_expires_at
m.expires_at

-- fragment: column_eq
(ROW IS VALUE)

-- fragment: column_gt
ifnull(ROW > VALUE, 0)

-- fragment: column_gte
ifnull(ROW >= VALUE, 0)

-- fragment: column_lt
ifnull(ROW < VALUE, 0)

-- fragment: column_lte
ifnull(ROW <= VALUE, 0)

-- fragment: column_contains
ifnull(instr(ROW, VALUE) > 0, 0)

-- fragment: column_icontains
ifnull(instr(casefold(ROW), VALUE) > 0, 0)

-- fragment: column_missing
(ROW IS NULL)

-- fragment: field
-- Memories that have at PATH a value for which TEST holds, as such or as an element of a list.
(m.number IN (
    SELECT d.memory_number FROM memory_field AS d
    WHERE d.owner_number = :owner AND d.path = PATH AND d.in_list = LISTED AND TEST
))

-- fragment: test_any
1

-- fragment: test_eq
(d.kind = KIND AND d.value = VALUE)

-- fragment: test_gt
(d.kind = KIND AND d.value > VALUE)

-- fragment: test_gte
(d.kind = KIND AND d.value >= VALUE)

-- fragment: test_lt
(d.kind = KIND AND d.value < VALUE)

-- fragment: test_lte
(d.kind = KIND AND d.value <= VALUE)

-- fragment: test_contains
(d.kind = KIND AND instr(d.value, VALUE) > 0)

-- fragment: test_icontains
(d.kind = KIND AND instr(casefold(d.value), VALUE) > 0)

-- fragment: test_ieq
(d.kind = KIND AND casefold(d.value) = VALUE)
