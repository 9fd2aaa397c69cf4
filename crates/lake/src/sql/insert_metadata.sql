INSERT INTO ducklake_metadata("key", "value", "scope", scope_id) VALUES (?1, ?2, NULL, NULL)
