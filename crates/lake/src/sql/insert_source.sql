INSERT INTO marsad_source(sha256, source, seal) VALUES (?1, ?2, ?3)
