SELECT hash FROM events WHERE seq = ?
