INSERT INTO marsad_erasure_key(proof) VALUES (?1)
