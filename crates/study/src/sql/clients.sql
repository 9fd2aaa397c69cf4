-- Posts per account and client. Posts without a client or an author are one row each kind, with a null.
WITH {posts}
SELECT account, client, count(*) AS posts
FROM keyed_posts
GROUP BY account, client
ORDER BY account, client
