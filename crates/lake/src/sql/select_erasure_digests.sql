SELECT digest, before, erased_rows, erasure FROM marsad_erasure_digest ORDER BY erasure, digest
