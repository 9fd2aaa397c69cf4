-- Every observation of every account.
WITH {accounts}
SELECT account, platform, lower(lang) AS lang, created_at, observed_at, followers, following, posts
FROM keyed_accounts
WHERE account IS NOT NULL
