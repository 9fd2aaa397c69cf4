-- Every post of one account: its client, and its words where it has any.
WITH {posts}
SELECT client, created_at, post_id, text, lang
FROM keyed_posts
WHERE account = {wanted} {only}
