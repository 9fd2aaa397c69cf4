-- Accounts that were sighted.
SELECT DISTINCT platform, account_id, handle FROM sightings
