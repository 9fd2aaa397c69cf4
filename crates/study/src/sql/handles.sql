-- Every handle the lake holds; `collected` for accounts whose own records it holds, not only mentions of them.
SELECT handle, max(collected) AS collected
FROM (
    SELECT lower(handle) AS handle, 1 AS collected FROM accounts WHERE handle IS NOT NULL
    UNION
    SELECT lower(handle) AS handle, 1 AS collected FROM posts WHERE handle IS NOT NULL
    UNION
    SELECT lower(handle) AS handle, 1 AS collected FROM sightings WHERE handle IS NOT NULL
    UNION
    SELECT lower(handle) AS handle, 1 AS collected FROM edges WHERE kind = 'follow' AND handle IS NOT NULL
    UNION
    SELECT lower(to_handle) AS handle, 0 AS collected FROM edges WHERE to_handle IS NOT NULL
    UNION
    SELECT lower(object) AS handle, 0 AS collected FROM post_objects WHERE kind = 'mention'
)
GROUP BY handle
