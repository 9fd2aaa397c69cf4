INSERT INTO marsad_retention(erasure, table_name, source, clock) VALUES (?1, ?2, ?3, ?4)
