-- Follows and sightings per source, day they were seen and account; posts are counted elsewhere.
WITH {edges}, {sightings},
timed AS (
    SELECT source, at, account FROM keyed_edges WHERE kind = 'follow' AND at IS NOT NULL
    UNION ALL
    SELECT source, at, account FROM keyed_sightings WHERE at IS NOT NULL
)
SELECT source, date_trunc('day', at) AS day, account, count(*) AS records
FROM timed
GROUP BY 1, 2, 3
