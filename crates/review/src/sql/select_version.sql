SELECT (SELECT user_version FROM pragma_user_version()) AS version, (SELECT count(*) FROM sqlite_schema) AS things
