INSERT OR REPLACE INTO marsad_tombstone(erasure, kind, marks) VALUES (?1, ?2, ?3)
