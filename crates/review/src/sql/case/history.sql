SELECT events.seq, at, actor, kind, payload_digest, previous, hash, salt, body
FROM case_events JOIN events ON events.seq = case_events.seq LEFT JOIN payloads ON payloads.seq = events.seq
WHERE case_id = ? ORDER BY case_events.seq
