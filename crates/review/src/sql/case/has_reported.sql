WITH RECURSIVE family(id) AS (SELECT ? UNION ALL SELECT cases.id FROM cases JOIN family ON cases.merged_into = family.id)
SELECT count(*) AS reported FROM reports WHERE case_id IN (SELECT id FROM family) AND reporter = ?
