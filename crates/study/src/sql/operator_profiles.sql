-- Every observed handle, name, profile text and picture of every account.
WITH {accounts}
SELECT account, handle, name, bio, CASE WHEN default_avatar THEN NULL ELSE avatar_url END AS avatar
FROM keyed_accounts
WHERE account IS NOT NULL
