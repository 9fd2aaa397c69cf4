INSERT OR REPLACE INTO marsad_erasure_rows(erasure, seal, table_name, removed, masked) VALUES (?1, ?2, ?3, ?4, ?5)
