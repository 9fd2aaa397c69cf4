SELECT COALESCE(MAX(compaction), 0) AS last FROM marsad_compaction
