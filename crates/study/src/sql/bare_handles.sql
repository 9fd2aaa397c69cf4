-- How many rows name an account by its handle alone: only then is there anything to resolve.
SELECT
    (SELECT count(*) FROM accounts WHERE account_id IS NULL AND handle IS NOT NULL)
    + (SELECT count(*) FROM posts WHERE account_id IS NULL AND handle IS NOT NULL)
    + (SELECT count(*) FROM sightings WHERE account_id IS NULL AND handle IS NOT NULL)
    + (SELECT count(*) FROM edges WHERE account_id IS NULL AND handle IS NOT NULL) AS rows
