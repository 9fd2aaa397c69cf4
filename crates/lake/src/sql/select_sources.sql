SELECT sha256, source FROM marsad_source
