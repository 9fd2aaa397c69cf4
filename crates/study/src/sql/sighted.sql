-- Accounts that were sighted.
WITH {sightings}
SELECT account, min(platform) AS platform FROM keyed_sightings WHERE account IS NOT NULL GROUP BY account
