SELECT
    source, seal, name, sha256, format, bytes, decoded_bytes, lines, accounts, posts, edges, sightings, rejects, unrepresented,
    unrepresented_kinds, missed, truncated, first_post_at, last_post_at
FROM sources
ORDER BY source
