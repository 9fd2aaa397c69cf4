INSERT INTO case_events(case_id, seq) SELECT value ->> 0, value ->> 1 FROM json_each(?)
