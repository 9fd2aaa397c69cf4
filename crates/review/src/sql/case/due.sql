SELECT id FROM cases WHERE cover_state = 'on' AND cover_until <= ? ORDER BY cover_until, id LIMIT 500
