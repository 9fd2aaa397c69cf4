SELECT record_count, next_row_id, file_size_bytes FROM ducklake_table_stats WHERE table_id = ?1
