-- Handles that stand as a target without an id and that the lake ties to exactly one id elsewhere; as `tied`, for the other end of ties.
WITH bare AS (
    SELECT DISTINCT platform, lower(to_handle) AS handle FROM edges WHERE to_account_id IS NULL AND to_handle IS NOT NULL
),
ties AS (
    {named}
)
SELECT ties.platform, ties.handle, min(ties.account_id) AS account_id
FROM ties
JOIN bare ON bare.platform = ties.platform AND bare.handle = ties.handle
GROUP BY ties.platform, ties.handle
HAVING count(*) = 1
