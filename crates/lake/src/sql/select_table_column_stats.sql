SELECT column_id, contains_null, min_value, max_value FROM ducklake_table_column_stats WHERE table_id = ?1
