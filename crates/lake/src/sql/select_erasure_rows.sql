SELECT erasure, seal, table_name, removed, masked FROM marsad_erasure_rows ORDER BY erasure, seal, table_name
