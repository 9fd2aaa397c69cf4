-- Every post of every account, for the features of accounts.
WITH {posts}
SELECT account, created_at, kind, client, text
FROM keyed_posts
WHERE account IS NOT NULL {only}
