-- Handles that the lake ties to more than one id.
SELECT count(*) AS handles
FROM (
    SELECT platform, handle
    FROM (
        SELECT platform, lower(handle) AS handle, account_id FROM accounts WHERE account_id IS NOT NULL AND handle IS NOT NULL
        UNION
        SELECT platform, lower(handle) AS handle, account_id FROM posts WHERE account_id IS NOT NULL AND handle IS NOT NULL
        UNION
        SELECT platform, lower(handle) AS handle, account_id FROM sightings WHERE account_id IS NOT NULL AND handle IS NOT NULL
    )
    GROUP BY platform, handle
    HAVING count(*) > 1
)
