SELECT COUNT(*) AS found FROM sqlite_schema WHERE type = 'table' AND name = 'marsad_erasure'
