DELETE FROM reports WHERE seq IN (SELECT value FROM json_each(?1)) OR case_id IN (SELECT value FROM json_each(?2))
