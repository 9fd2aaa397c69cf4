WITH {posts}
SELECT kind, count(*) AS accounts, sum(posts) AS posts
FROM (SELECT kind, coalesce(account, '?') AS account, count(*) AS posts FROM keyed_posts GROUP BY 1, 2)
GROUP BY kind
ORDER BY kind
