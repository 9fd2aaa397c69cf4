-- The first stands: when a cut is made up for, the files may already be half of what they were and half of what they become.
INSERT OR IGNORE INTO marsad_erasure_digest(digest, before, erased_rows, erasure) VALUES (?1, ?2, ?3, ?4)
