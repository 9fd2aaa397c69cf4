SELECT "key", "value" FROM ducklake_metadata WHERE "scope" IS NULL
