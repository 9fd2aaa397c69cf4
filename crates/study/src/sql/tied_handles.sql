-- The bare handles that one id is known for.
SELECT platform, handle, account_id FROM tied
