SELECT * FROM cases WHERE id IN (
    SELECT id FROM cases WHERE reference = ?1 AND kind = ?2 UNION SELECT id FROM cases WHERE merged_into = ?3)
AND id <> ?3 ORDER BY id DESC LIMIT 50
