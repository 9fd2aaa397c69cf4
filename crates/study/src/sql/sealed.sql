-- Rows per table; of the edges only the follows, because the others are derived from posts.
SELECT 'accounts' AS name, count(*) AS rows FROM accounts
UNION ALL
SELECT 'follows' AS name, count(*) AS rows FROM edges WHERE kind = 'follow'
UNION ALL
SELECT 'posts' AS name, count(*) AS rows FROM posts
UNION ALL
SELECT 'sightings' AS name, count(*) AS rows FROM sightings
ORDER BY name
