-- What a coder sees of one account besides its posts: every observation of its profile.
WITH {accounts}
SELECT observed_at, handle, name, bio, location, url, created_at, followers
FROM keyed_accounts
WHERE account = {wanted} {only}
ORDER BY observed_at
