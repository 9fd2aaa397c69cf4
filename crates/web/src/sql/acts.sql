-- Version 2. What was done to people's accounts, and by whom. Rows are added and never changed.
CREATE TABLE acts(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor INTEGER NOT NULL REFERENCES people(id),
    person INTEGER NOT NULL REFERENCES people(id),
    act TEXT NOT NULL               -- made, roles, link, reset, closed
) STRICT;
PRAGMA user_version = 2;
