SELECT kind, marks FROM marsad_tombstone
