SELECT id FROM cases WHERE cover = ?
