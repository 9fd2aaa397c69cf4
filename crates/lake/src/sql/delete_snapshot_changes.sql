DELETE FROM ducklake_snapshot_changes WHERE snapshot_id < ?1
