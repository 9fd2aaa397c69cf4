-- What layout 2 adds to layout 1: tables of ours for what changes a sealed row or its file. Some lakes of layout 1 have the first six already.

-- What was erased, without saying who: numbers of rows, keyed hashes, and digests of files before and after.
CREATE TABLE IF NOT EXISTS marsad_erasure(erasure INTEGER PRIMARY KEY, erased_at BIGINT NOT NULL, reason VARCHAR NOT NULL, state VARCHAR NOT NULL, accounts BIGINT NOT NULL, posts BIGINT NOT NULL, subjects VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS marsad_erasure_rows(erasure BIGINT NOT NULL, seal BIGINT NOT NULL, table_name VARCHAR NOT NULL, removed BIGINT NOT NULL, masked BIGINT NOT NULL, PRIMARY KEY(erasure, seal, table_name));
CREATE TABLE IF NOT EXISTS marsad_erasure_digest(digest VARCHAR PRIMARY KEY, before VARCHAR NOT NULL, erased_rows BIGINT NOT NULL, erasure BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS marsad_erasure_key(proof BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS marsad_tombstone(erasure BIGINT NOT NULL, kind BIGINT NOT NULL, marks BLOB NOT NULL, PRIMARY KEY(erasure, kind));
-- Whom an erasure that is under way means. Emptied by the transaction that ends it.
CREATE TABLE IF NOT EXISTS marsad_erasing(what VARCHAR PRIMARY KEY, content BLOB NOT NULL);
-- The clocks that ran out, for an erasure that is a retention: of which source, in which table.
CREATE TABLE IF NOT EXISTS marsad_retention(erasure BIGINT NOT NULL, table_name VARCHAR NOT NULL, source BIGINT NOT NULL, clock VARCHAR NOT NULL, PRIMARY KEY(erasure, table_name, source));
-- When small files were merged. No row changes by it.
CREATE TABLE IF NOT EXISTS marsad_compaction(compaction INTEGER PRIMARY KEY, compacted_at BIGINT NOT NULL, files_before BIGINT NOT NULL, files_after BIGINT NOT NULL);

PRAGMA user_version = 2;
