INSERT INTO ducklake_schema_versions(begin_snapshot, schema_version, table_id) VALUES (1, 1, ?1)
