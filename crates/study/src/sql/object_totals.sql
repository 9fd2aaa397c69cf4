-- Accounts and posts with at least one object of a kind.
WITH {post_objects}
SELECT kind, count(*) AS accounts, sum(posts) AS posts
FROM (
    SELECT kind, account, count(*) AS posts
    FROM (
        SELECT DISTINCT kind, platform, post_id, coalesce(account, '?') AS account
        FROM keyed_post_objects
        WHERE kind IN ('hashtag', 'domain', 'url')
    )
    GROUP BY kind, account
)
GROUP BY kind
ORDER BY kind
