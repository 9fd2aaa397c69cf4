DELETE FROM case_events WHERE case_id IN (SELECT value FROM json_each(?))
