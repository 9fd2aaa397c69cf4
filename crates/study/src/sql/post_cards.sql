-- Posts of one platform by their ids, with the post that each passes on.
SELECT post_id, created_at, text, lang, repost_of
FROM posts
WHERE platform = {platform} AND post_id IN ({wanted})
ORDER BY post_id
