SELECT marks FROM marsad_tombstone WHERE erasure = ?1 AND kind = ?2
