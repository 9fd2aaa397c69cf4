SELECT source, seal, sealed_at, name, format FROM sources ORDER BY source
