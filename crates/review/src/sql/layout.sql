-- Version 2. Events are never changed; what they say lies apart, so that it can be erased without breaking their chain.
CREATE TABLE events(
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,            -- microseconds since 1970-01-01T00:00:00Z
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload_digest TEXT NOT NULL,   -- SHA-256 of salt and body, see chain.rs
    previous TEXT NOT NULL,         -- hash of the event before
    hash TEXT NOT NULL              -- SHA-256 of all of this
) STRICT;
CREATE TABLE payloads(
    seq INTEGER PRIMARY KEY REFERENCES events(seq),
    salt TEXT NOT NULL,             -- 32 random bytes
    body TEXT NOT NULL              -- a JSON object
) STRICT;

-- Not a lock against who owns the file, which the chain shows, but against a slip.
CREATE TRIGGER events_are_not_updated BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are appended, never changed'); END;
CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are appended, never deleted'); END;
-- Also keeps INSERT OR REPLACE out, which deletes without asking the trigger above.
CREATE TRIGGER events_follow_each_other BEFORE INSERT ON events
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM events)
BEGIN SELECT RAISE(ABORT, 'events are numbered without gaps'); END;
CREATE TRIGGER payloads_are_not_updated BEFORE UPDATE ON payloads BEGIN SELECT RAISE(ABORT, 'payloads are erased, never changed'); END;
CREATE TRIGGER payloads_stay_erased BEFORE INSERT ON payloads
WHEN NEW.seq IS NOT (SELECT max(seq) FROM events) OR EXISTS (SELECT 1 FROM payloads WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'a payload is written with its event'); END;

PRAGMA user_version = 2;
