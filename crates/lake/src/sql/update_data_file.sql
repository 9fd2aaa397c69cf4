UPDATE ducklake_data_file SET path = ?2, record_count = ?3, file_size_bytes = ?4, footer_size = ?5 WHERE data_file_id = ?1
