SELECT id FROM cases WHERE reference = ? AND kind = ? AND merged_into IS NULL ORDER BY id DESC LIMIT 1
