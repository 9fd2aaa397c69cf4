DELETE FROM ducklake_table_column_stats WHERE table_id = ?1
