DELETE FROM ducklake_data_file WHERE data_file_id = ?1
