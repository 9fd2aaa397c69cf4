-- How much is mentioned; never who.
WITH {post_objects}
SELECT
    count(*) AS mentions,
    count(DISTINCT platform || ':' || post_id) AS posts,
    count(DISTINCT coalesce(account, '?')) AS accounts,
    count(DISTINCT platform || ':' || object) AS mentioned
FROM keyed_post_objects
WHERE kind = 'mention'
