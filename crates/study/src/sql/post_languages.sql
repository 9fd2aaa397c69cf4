WITH {posts}
SELECT lang, count(*) AS accounts, sum(posts) AS posts
FROM (SELECT lower(lang) AS lang, coalesce(account, '?') AS account, count(*) AS posts FROM keyed_posts GROUP BY 1, 2)
GROUP BY lang
ORDER BY lang
