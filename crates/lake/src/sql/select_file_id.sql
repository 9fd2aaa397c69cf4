SELECT data_file_id FROM ducklake_data_file WHERE table_id = ?1 AND path = ?2
