INSERT INTO ducklake_table_stats(table_id, record_count, next_row_id, file_size_bytes) VALUES (?1, ?2, ?3, ?4)
