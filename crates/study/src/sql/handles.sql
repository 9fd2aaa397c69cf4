-- Which of these words are handles that the lake holds; `collected` for accounts whose own records it holds, not only mentions of them.
SELECT handle, max(collected) AS collected
FROM (
    SELECT lower(handle) AS handle, 1 AS collected FROM accounts WHERE lower(handle) IN ({words})
    UNION
    SELECT lower(handle) AS handle, 1 AS collected FROM posts WHERE lower(handle) IN ({words})
    UNION
    SELECT lower(handle) AS handle, 1 AS collected FROM sightings WHERE lower(handle) IN ({words})
    UNION
    SELECT lower(handle) AS handle, 1 AS collected FROM edges WHERE kind = 'follow' AND lower(handle) IN ({words})
    UNION
    SELECT lower(to_handle) AS handle, 0 AS collected FROM edges WHERE lower(to_handle) IN ({words})
    UNION
    SELECT lower(object) AS handle, 0 AS collected FROM post_objects WHERE kind = 'mention' AND lower(object) IN ({words})
)
GROUP BY handle
