WITH RECURSIVE family(id) AS (SELECT ? UNION ALL SELECT cases.id FROM cases JOIN family ON cases.merged_into = family.id)
SELECT own.reporter, coalesce(reporters.reports, 0) AS reports, coalesce(upheld, 0) AS upheld, coalesce(rejected, 0) AS rejected
FROM (SELECT reporter, min(seq) AS first FROM reports WHERE case_id IN (SELECT id FROM family) GROUP BY reporter) AS own
    LEFT JOIN reporters ON reporters.reporter = own.reporter
ORDER BY own.first LIMIT 200
