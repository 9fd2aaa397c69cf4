INSERT INTO ducklake_table(table_id, table_uuid, begin_snapshot, end_snapshot, schema_id, table_name, path, path_is_relative) VALUES (?1, ?2, 1, NULL, 0, ?3, ?4, 1)
