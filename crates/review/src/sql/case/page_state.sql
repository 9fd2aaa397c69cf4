SELECT * FROM cases INDEXED BY cases_state
WHERE state = ?1 AND (life, rank) <= (?7, ?8) AND NOT (life = ?7 AND rank = ?8 AND id <= ?9)
    AND (?2 IS NULL OR life = ?2) AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR severity >= ?4)
    AND ?5 IS NULL AND ?6 = ''
ORDER BY life DESC, rank DESC, id LIMIT ?10
