INSERT INTO marsad_erasure(erasure, erased_at, reason, state, accounts, posts, subjects) VALUES (?1, ?2, ?3, 'hidden', ?4, ?5, ?6)
