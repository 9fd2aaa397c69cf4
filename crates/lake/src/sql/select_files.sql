-- The smallest seal of a file lets an older view of the lake leave the file out.
SELECT file.table_id, file.path, file.record_count, file.file_size_bytes, file.footer_size, CAST(stats.min_value AS BIGINT) AS min_seal
FROM ducklake_data_file AS file
LEFT JOIN ducklake_file_column_stats AS stats ON stats.data_file_id = file.data_file_id AND stats.column_id = 1
WHERE file.end_snapshot IS NULL
ORDER BY file.table_id, file.data_file_id
