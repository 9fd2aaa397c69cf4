INSERT OR REPLACE INTO reporters(reporter, reports, upheld, rejected)
SELECT ?1, count(*), coalesce(sum(verdict = 1), 0), coalesce(sum(verdict = 0), 0) FROM reports WHERE reporter = ?1
HAVING count(*) > 0
