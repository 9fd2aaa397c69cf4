-- Every handle that is tied to an account, by account; a handle may have belonged to several.
SELECT platform, lower(handle) AS handle, account_id FROM accounts WHERE account_id IS NOT NULL AND handle IS NOT NULL
UNION
SELECT platform, lower(handle) AS handle, account_id FROM posts WHERE account_id IS NOT NULL AND handle IS NOT NULL
UNION
SELECT platform, lower(handle) AS handle, account_id FROM sightings WHERE account_id IS NOT NULL AND handle IS NOT NULL
UNION
SELECT platform, lower(handle) AS handle, account_id FROM edges WHERE account_id IS NOT NULL AND handle IS NOT NULL
UNION
SELECT platform, lower(to_handle) AS handle, to_account_id AS account_id FROM edges WHERE to_account_id IS NOT NULL AND to_handle IS NOT NULL
