SELECT answer FROM requests WHERE key = ?
