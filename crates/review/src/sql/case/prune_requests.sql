DELETE FROM requests WHERE at < ?
