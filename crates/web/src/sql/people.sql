-- Version 1. Who may use the server. Secrets are kept as digests (sessions, tokens, links) or as argon2id (passwords).
CREATE TABLE people(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,      -- also the name under which the person codes
    password TEXT,                  -- argon2id; null until the link was used
    totp BLOB,                      -- the key of the second factor
    totp_confirmed INTEGER NOT NULL DEFAULT 0,
    totp_step INTEGER NOT NULL DEFAULT 0,   -- the last step whose code was used: no code is good twice
    settings TEXT,                  -- JSON
    made_at INTEGER NOT NULL,       -- microseconds since 1970-01-01T00:00:00Z, as all times here
    closed_at INTEGER
) STRICT;
CREATE TABLE roles(
    person INTEGER NOT NULL REFERENCES people(id),
    study TEXT NOT NULL,            -- empty for the server
    role TEXT NOT NULL,
    PRIMARY KEY (person, study, role)
) STRICT;
CREATE TABLE links(
    digest TEXT PRIMARY KEY,        -- SHA-256 of the token
    person INTEGER REFERENCES people(id),   -- null: makes the administrator
    expires_at INTEGER NOT NULL
) STRICT;
CREATE TABLE sessions(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest TEXT NOT NULL UNIQUE,
    person INTEGER NOT NULL REFERENCES people(id),
    made_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT;
CREATE TABLE tokens(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest TEXT NOT NULL UNIQUE,
    person INTEGER NOT NULL REFERENCES people(id),
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,           -- words divided by spaces
    made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
-- What was denied, by minute: a flood of denials is one row with a count.
CREATE TABLE denials(
    minute INTEGER NOT NULL,
    person INTEGER NOT NULL,        -- 0: nobody was logged in
    action TEXT NOT NULL,
    study TEXT NOT NULL,
    why TEXT NOT NULL,
    count INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (minute, person, action, study, why)
) STRICT;
-- What a person has looked at, by day: for that person alone.
CREATE TABLE exposure(
    person INTEGER NOT NULL REFERENCES people(id),
    day INTEGER NOT NULL,
    items INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (person, day)
) STRICT;
PRAGMA user_version = 1;
