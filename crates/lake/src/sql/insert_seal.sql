INSERT INTO marsad_seal(seal, sealed_at, sources, accounts, posts, post_objects, edges, sightings, rejects) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
