UPDATE marsad_erasure SET state = ?2 WHERE erasure = ?1
