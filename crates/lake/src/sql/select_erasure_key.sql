SELECT proof FROM marsad_erasure_key
