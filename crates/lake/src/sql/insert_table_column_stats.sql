INSERT INTO ducklake_table_column_stats(table_id, column_id, contains_null, contains_nan, min_value, max_value, extra_stats) VALUES (?1, ?2, ?3, NULL, ?4, ?5, NULL)
