DELETE FROM ducklake_file_column_stats WHERE data_file_id = ?1
