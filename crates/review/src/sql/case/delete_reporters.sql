DELETE FROM reporters WHERE reporter IN (SELECT value FROM json_each(?))
