-- Who acted on whom: both ends as keys of accounts.
WITH {edges}, {targets}
SELECT kind, account, target
FROM targeted_edges
WHERE account IS NOT NULL AND target IS NOT NULL
