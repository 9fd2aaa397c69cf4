SELECT DISTINCT case_id AS id FROM case_events WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY case_id
