-- Days on which a source holds posts. Posts that another post of the lake passes on or quotes are left out: most came inside it, and
-- their days say nothing about the collection.
WITH {posts},
inside AS (
    SELECT platform, repost_of AS post_id FROM posts WHERE repost_of IS NOT NULL
    UNION
    SELECT platform, quote_of AS post_id FROM posts WHERE quote_of IS NOT NULL
)
SELECT source, day, sum(records) AS records, count(*) AS accounts
FROM (
    SELECT {source} AS source, date_trunc('day', created_at) AS day, coalesce(account, '?') AS account, count(*) AS records
    FROM keyed_posts
    LEFT JOIN inside ON inside.platform = keyed_posts.platform AND inside.post_id = keyed_posts.post_id
    WHERE created_at IS NOT NULL AND inside.post_id IS NULL
    GROUP BY 1, 2, 3
)
GROUP BY source, day
ORDER BY source, day
