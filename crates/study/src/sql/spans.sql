-- First and last instants of what the lake holds.
SELECT 'posts' AS what, min(created_at) AS first, max(created_at) AS last FROM posts
UNION ALL
SELECT 'accounts' AS what, min(observed_at) AS first, max(observed_at) AS last FROM accounts
UNION ALL
SELECT 'sightings' AS what, min(at) AS first, max(at) AS last FROM sightings
UNION ALL
SELECT 'edges' AS what, min(at) AS first, max(at) AS last FROM edges
ORDER BY what
