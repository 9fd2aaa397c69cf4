SELECT * FROM cases INDEXED BY cases_cover
WHERE cover < ?1 AND (?2 IS NULL OR cover_state = 'kept' OR (cover_state = 'on' AND cover_until > ?2))
ORDER BY cover DESC LIMIT ?3
