DELETE FROM ducklake_snapshot WHERE snapshot_id < ?1
