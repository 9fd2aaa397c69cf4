SELECT * FROM cases WHERE reference = ? AND kind = ? AND cover IS NOT NULL
