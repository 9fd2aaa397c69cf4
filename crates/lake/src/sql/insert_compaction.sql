INSERT INTO marsad_compaction(compaction, compacted_at, files_before, files_after) VALUES (?1, ?2, ?3, ?4)
