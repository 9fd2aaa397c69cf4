-- How many ties name their target by its handle alone.
SELECT count(*) AS rows FROM edges WHERE to_account_id IS NULL AND to_handle IS NOT NULL
