-- The case of that number in any state, and cases about the cluster or finding of that name.
SELECT * FROM (SELECT * FROM cases WHERE id = ?5 UNION SELECT * FROM cases INDEXED BY cases_subject WHERE reference = ?6)
WHERE (life, rank) <= (?7, ?8) AND NOT (life = ?7 AND rank = ?8 AND id <= ?9) AND (?1 IS NULL OR state = ?1)
    AND (?2 IS NULL OR life = ?2) AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR severity >= ?4)
ORDER BY life DESC, rank DESC, id LIMIT ?10
