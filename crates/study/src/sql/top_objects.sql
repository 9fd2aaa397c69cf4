-- The objects of one kind that most accounts share; ties by posts, then by the object itself.
WITH {post_objects}
SELECT object, count(*) AS accounts, sum(posts) AS posts
FROM (
    SELECT object, coalesce(account, '?') AS account, count(*) AS posts
    FROM keyed_post_objects
    WHERE kind = '{kind}'
    GROUP BY 1, 2
)
GROUP BY object
ORDER BY accounts DESC, posts DESC, object
LIMIT {limit}
