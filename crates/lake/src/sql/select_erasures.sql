SELECT erasure, erased_at, reason, state, accounts, posts, subjects FROM marsad_erasure ORDER BY erasure
