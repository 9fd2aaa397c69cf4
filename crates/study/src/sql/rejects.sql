SELECT reason, count(*) AS rejects, count(DISTINCT source) AS sources FROM rejects GROUP BY reason ORDER BY rejects DESC, reason
