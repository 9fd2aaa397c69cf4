INSERT OR REPLACE INTO marsad_erasure_digest(digest, before, erased_rows, erasure) VALUES (?1, ?2, ?3, ?4)
