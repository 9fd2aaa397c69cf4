SELECT events.seq, at, actor, kind, payload_digest, previous, hash, salt, body
FROM events LEFT JOIN payloads ON payloads.seq = events.seq
WHERE events.seq > ? ORDER BY events.seq LIMIT 10000
