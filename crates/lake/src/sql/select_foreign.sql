-- What another program leaves behind when it changes a lake: rows kept in the catalog, and files of deletions.
SELECT (SELECT COUNT(*) FROM ducklake_delete_file WHERE end_snapshot IS NULL) AS delete_files,
       (SELECT COUNT(*) FROM ducklake_inlined_data_tables) AS inlined_tables,
       (SELECT COUNT(*) FROM ducklake_data_file WHERE end_snapshot IS NULL AND (path_is_relative <> 1 OR path NOT LIKE 'seal-%')) AS other_files
