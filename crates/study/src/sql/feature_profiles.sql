-- Every observed name and profile text of every account.
WITH {accounts}
SELECT account, name, bio
FROM keyed_accounts
WHERE account IS NOT NULL {only}
