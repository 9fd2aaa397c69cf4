-- How many cases wait that this reporter raised and nobody else has reported.
SELECT count(*) AS alone FROM reports AS own JOIN cases ON cases.id = own.case_id AND cases.waiting = 1 AND cases.origin = 'report'
WHERE own.reporter = ?1 AND NOT EXISTS (SELECT 1 FROM reports WHERE reports.case_id = own.case_id AND reports.reporter <> ?1)
