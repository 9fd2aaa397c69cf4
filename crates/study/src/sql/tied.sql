-- Handles that stand without an id somewhere and that the lake ties to exactly one id elsewhere. A handle tied to two ids (a rename, or
-- a handle used again) stays a handle.
WITH bare AS (
    SELECT platform, lower(handle) AS handle FROM accounts WHERE account_id IS NULL AND handle IS NOT NULL
    UNION
    SELECT platform, lower(handle) AS handle FROM posts WHERE account_id IS NULL AND handle IS NOT NULL
    UNION
    SELECT platform, lower(handle) AS handle FROM sightings WHERE account_id IS NULL AND handle IS NOT NULL
    UNION
    SELECT platform, lower(handle) AS handle FROM edges WHERE account_id IS NULL AND handle IS NOT NULL
),
ties AS (
    {named}
)
SELECT ties.platform, ties.handle, min(ties.account_id) AS account_id
FROM ties
JOIN bare ON bare.platform = ties.platform AND bare.handle = ties.handle
GROUP BY ties.platform, ties.handle
HAVING count(*) = 1
