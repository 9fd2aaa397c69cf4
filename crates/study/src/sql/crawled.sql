-- When an account's follows were last seen.
WITH {edges}
SELECT account, max(at) AS at FROM keyed_edges WHERE kind = 'follow' AND account IS NOT NULL GROUP BY account
