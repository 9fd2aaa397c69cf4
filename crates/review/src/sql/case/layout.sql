-- Version 3. What the events of cases come to, written in the same transaction as the event:
-- all of it but `requests` can be made again from the events.
CREATE TABLE cases(
    id INTEGER PRIMARY KEY,         -- number of the event that opened it
    kind TEXT NOT NULL,             -- of the subject
    reference TEXT NOT NULL,
    origin TEXT NOT NULL,
    opened_at INTEGER NOT NULL,     -- microseconds since 1970-01-01T00:00:00Z, as all times here
    opened_by TEXT NOT NULL,
    severity INTEGER NOT NULL,
    reach INTEGER NOT NULL,
    imminence INTEGER NOT NULL,
    life INTEGER NOT NULL,          -- 1: the lane of threats to life
    weight INTEGER NOT NULL,        -- of reports, in thousandths
    appealed INTEGER NOT NULL,
    state TEXT NOT NULL,
    waiting INTEGER NOT NULL,       -- 1: the state waits for somebody
    since INTEGER NOT NULL,
    rank INTEGER NOT NULL,          -- see priority.rs; does not change with time
    held_by TEXT,
    held_until INTEGER,
    involved TEXT NOT NULL,         -- a JSON array of names
    decision INTEGER,               -- event of the decision in force
    code TEXT,
    pending INTEGER,                -- event of the decision that waits for a second person
    pending_code TEXT,
    bulk INTEGER,
    merged_into INTEGER,
    cover INTEGER,                  -- event that covered
    cover_since INTEGER,
    cover_until INTEGER,
    cover_state TEXT,
    cover_appealed INTEGER
) STRICT;
CREATE INDEX cases_queue ON cases(life DESC, rank DESC, id) WHERE waiting = 1;
CREATE INDEX cases_state ON cases(state, life DESC, rank DESC, id);
CREATE INDEX cases_subject ON cases(reference, kind);
CREATE INDEX cases_held ON cases(held_by, held_until) WHERE held_by IS NOT NULL;
CREATE INDEX cases_cover ON cases(cover) WHERE cover IS NOT NULL;
CREATE INDEX cases_due ON cases(cover_until) WHERE cover_state = 'on';
CREATE INDEX cases_bulk ON cases(bulk) WHERE bulk IS NOT NULL;
CREATE INDEX cases_merged ON cases(merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE case_events(
    case_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY(case_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE reports(
    seq INTEGER PRIMARY KEY,        -- number of the event
    case_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    reporter TEXT NOT NULL,
    kind TEXT NOT NULL,             -- of the item
    reference TEXT NOT NULL,
    verdict INTEGER                 -- 1: a decision in force upholds it, 0: rejects it
) STRICT;
CREATE INDEX reports_case ON reports(case_id, reporter);
CREATE INDEX reports_item ON reports(reference, kind, reporter);
CREATE INDEX reports_reporter ON reports(reporter, at);
CREATE INDEX reports_verdict ON reports(reporter, verdict);

CREATE TABLE reporters(
    reporter TEXT PRIMARY KEY,
    reports INTEGER NOT NULL,
    upheld INTEGER NOT NULL,
    rejected INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was answered to requests of late, so that one that is sent twice is done once.
CREATE TABLE requests(
    key TEXT PRIMARY KEY,           -- SHA-256 of who asked and the key that they chose
    at INTEGER NOT NULL,
    answer TEXT NOT NULL            -- numbers as a JSON object
) STRICT, WITHOUT ROWID;
CREATE INDEX requests_at ON requests(at);

PRAGMA user_version = 3;
