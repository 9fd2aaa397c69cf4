-- The first thousand that begin so, by reference, are sorted like the queue.
SELECT * FROM (SELECT * FROM cases INDEXED BY cases_subject WHERE reference >= ?6 AND reference < ?6 || char(1114111) ORDER BY reference LIMIT 1000)
WHERE (life, rank) <= (?7, ?8) AND NOT (life = ?7 AND rank = ?8 AND id <= ?9)
    AND (CASE WHEN ?1 IS NULL THEN waiting = 1 ELSE state = ?1 END)
    AND (?2 IS NULL OR life = ?2) AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR severity >= ?4)
    AND ?5 IS NULL
ORDER BY life DESC, rank DESC, id LIMIT ?10
