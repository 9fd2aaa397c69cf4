INSERT INTO payloads(seq, salt, body) VALUES (?, ?, ?)
