SELECT * FROM cases INDEXED BY cases_held WHERE held_by = ? AND held_until > ? ORDER BY held_until, id
