WITH RECURSIVE family(id) AS (SELECT ? UNION ALL SELECT cases.id FROM cases JOIN family ON cases.merged_into = family.id)
UPDATE reports SET verdict = ? WHERE case_id IN (SELECT id FROM family)
