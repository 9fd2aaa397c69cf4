SELECT * FROM cases WHERE cover = ?
