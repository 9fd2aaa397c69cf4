SELECT seal, sealed_at, sources, accounts, posts, post_objects, edges, sightings, rejects FROM marsad_seal ORDER BY seal
