-- Every status of every account that was sighted.
WITH {sightings}
SELECT account, at, status FROM keyed_sightings WHERE account IS NOT NULL AND at IS NOT NULL AND status IS NOT NULL
