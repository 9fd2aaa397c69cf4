SELECT erasure, table_name, source, clock FROM marsad_retention ORDER BY erasure, table_name, source
