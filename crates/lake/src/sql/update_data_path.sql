UPDATE ducklake_metadata SET "value" = ?1 WHERE "key" = 'data_path'
