SELECT id FROM cases WHERE bulk = ? AND state IN ('closed', 'second') ORDER BY id
