UPDATE marsad_seal SET accounts = accounts - ?2, posts = posts - ?3, post_objects = post_objects - ?4, edges = edges - ?5, sightings = sightings - ?6, rejects = rejects - ?7 WHERE seal = ?1
