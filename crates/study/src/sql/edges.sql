WITH {edges}
SELECT kind, count(*) AS accounts, sum(edges) AS edges
FROM (SELECT kind, coalesce(account, '?') AS account, count(*) AS edges FROM keyed_edges GROUP BY 1, 2)
GROUP BY kind
ORDER BY kind
