SELECT id FROM cases INDEXED BY cases_queue
WHERE waiting = 1 AND life >= ?3 AND (held_until IS NULL OR held_until <= ?1 OR held_by = ?4) AND instr(involved, ?2) = 0
ORDER BY life DESC, rank DESC, id LIMIT 1
