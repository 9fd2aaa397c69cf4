INSERT OR REPLACE INTO cases(
    id, kind, reference, origin, opened_at, opened_by, severity, reach, imminence, life, weight, appealed, state, waiting, since, rank,
    held_by, held_until, involved, decision, code, pending, pending_code, bulk, merged_into, cover, cover_since, cover_until, cover_state,
    cover_appealed)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9,
    value ->> 10, value ->> 11, value ->> 12, value ->> 13, value ->> 14, value ->> 15, value ->> 16, value ->> 17, value ->> 18, value ->> 19,
    value ->> 20, value ->> 21, value ->> 22, value ->> 23, value ->> 24, value ->> 25, value ->> 26, value ->> 27, value ->> 28, value ->> 29
FROM json_each(?)
