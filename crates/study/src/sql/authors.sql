-- What each account posted.
WITH {posts}
SELECT account, min(platform) AS platform, count(created_at) AS timed_posts, min(created_at) AS first_post, max(created_at) AS last_post
FROM keyed_posts
WHERE account IS NOT NULL
GROUP BY account
