INSERT OR REPLACE INTO marsad_erasing(what, content) VALUES (?1, ?2)
