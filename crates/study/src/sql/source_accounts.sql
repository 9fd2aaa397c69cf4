-- Distinct accounts behind the posts of a source.
WITH {posts}
SELECT source, count(*) AS accounts
FROM (SELECT DISTINCT {source} AS source, coalesce(account, '?') AS account FROM keyed_posts)
GROUP BY source
ORDER BY source
