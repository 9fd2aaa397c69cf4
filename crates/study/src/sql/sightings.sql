WITH {sightings}
SELECT status, count(*) AS accounts, sum(sightings) AS sightings
FROM (SELECT status, coalesce(account, '?') AS account, count(*) AS sightings FROM keyed_sightings GROUP BY 1, 2)
GROUP BY status
ORDER BY status
