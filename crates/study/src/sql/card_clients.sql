-- What one account posts with.
WITH {posts}
SELECT client, count(*) AS posts
FROM keyed_posts
WHERE account = {wanted} AND client IS NOT NULL
GROUP BY client
ORDER BY posts DESC, client
