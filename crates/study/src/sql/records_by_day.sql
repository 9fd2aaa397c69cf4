-- Records per source and day: posts by the day of posting, follows and sightings by the day they were seen.
WITH {posts}, {edges}, {sightings},
timed AS (
    SELECT source, created_at AS at, coalesce(account, '?') AS account FROM keyed_posts WHERE created_at IS NOT NULL
    UNION ALL
    SELECT source, at, coalesce(account, '?') AS account FROM keyed_edges WHERE kind = 'follow' AND at IS NOT NULL
    UNION ALL
    SELECT source, at, coalesce(account, '?') AS account FROM keyed_sightings WHERE at IS NOT NULL
)
SELECT source, day, count(*) AS accounts, sum(records) AS records
FROM (
    SELECT {source} AS source, date_trunc('day', at) AS day, account, count(*) AS records FROM timed GROUP BY 1, 2, 3
)
GROUP BY source, day
ORDER BY source, day
