SELECT events.seq, at, actor, kind, payload_digest, previous, hash, salt, body
FROM events LEFT JOIN payloads ON payloads.seq = events.seq
WHERE events.seq > ? AND kind IN ('case_decided', 'case_reversed', 'case_seconded', 'bulk_decided')
ORDER BY events.seq LIMIT 1000
