DELETE FROM payloads WHERE seq = ?
