INSERT INTO requests(key, at, answer) VALUES (?, ?, ?)
