INSERT INTO events(seq, at, actor, kind, payload_digest, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?)
