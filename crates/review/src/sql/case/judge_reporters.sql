WITH RECURSIVE family(id) AS (SELECT ? UNION ALL SELECT cases.id FROM cases JOIN family ON cases.merged_into = family.id)
INSERT OR REPLACE INTO reporters(reporter, reports, upheld, rejected)
SELECT reporter,
    (SELECT count(*) FROM reports WHERE reports.reporter = own.reporter),
    (SELECT count(*) FROM reports WHERE reports.reporter = own.reporter AND verdict = 1),
    (SELECT count(*) FROM reports WHERE reports.reporter = own.reporter AND verdict = 0)
FROM (SELECT DISTINCT reporter FROM reports WHERE case_id IN (SELECT id FROM family)) AS own
