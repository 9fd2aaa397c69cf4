-- Posts with a link to a host of a messenger, by host and account.
WITH {post_objects}
SELECT object, account, count(DISTINCT post_id) AS posts
FROM keyed_post_objects
WHERE kind = 'domain' AND object IN ({hosts}) {window}
GROUP BY object, account
