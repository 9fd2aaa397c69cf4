SELECT table_id, column_id, column_name, column_type FROM ducklake_column WHERE end_snapshot IS NULL ORDER BY table_id, column_order
