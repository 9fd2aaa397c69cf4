-- One row a file and column; a column that lacks statistics in any file has none in the table.
SELECT column_id, null_count, min_value, max_value FROM ducklake_file_column_stats AS stats
WHERE table_id = ?1 AND (SELECT COUNT(*) FROM ducklake_file_column_stats WHERE table_id = ?1 AND column_id = stats.column_id) = (SELECT COUNT(*) FROM ducklake_data_file WHERE table_id = ?1)
