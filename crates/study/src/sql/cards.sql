-- What a coder sees of an account besides its posts: every profile observation of the accounts asked for.
WITH {accounts}
SELECT account, observed_at, handle, name, bio, location, url
FROM keyed_accounts
WHERE account IN ({wanted})
ORDER BY account, observed_at
