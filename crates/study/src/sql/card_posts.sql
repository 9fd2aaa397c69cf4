-- The latest posts of one account that have words of its own or that it passed on; of those without a time, none.
WITH {posts}
SELECT created_at, text, lang
FROM keyed_posts
WHERE account = {wanted} AND text IS NOT NULL AND created_at IS NOT NULL
ORDER BY created_at DESC, post_id
LIMIT {limit}
