-- Evidence is append-only; everything below `run` can be computed again from it.
-- Instants are microseconds since the Unix epoch, UTC.

-- One input as it was read. The same bytes read in the same way are one source.
CREATE TABLE source (
    id             INTEGER PRIMARY KEY,
    sha256         TEXT    NOT NULL,            -- of the original bytes, 64 hex digits
    interpretation TEXT    NOT NULL,            -- '' or the hash of the mapping it was read with
    kind           TEXT    NOT NULL,            -- register, scan, leases, capture, signals, message
    name           TEXT    NOT NULL,            -- for people; never identity
    size_bytes     INTEGER NOT NULL,
    imported_at_us INTEGER NOT NULL,
    summary        TEXT    NOT NULL,            -- JSON: counts, notes, what was not understood
    superseded_by  INTEGER REFERENCES source (id)   -- the same bytes, read in another way, later
) STRICT;

CREATE INDEX source_by_sha256 ON source (sha256);

-- What one source saw at one time, as JSON of the model's Observation.
CREATE TABLE observation (
    id        INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES source (id),
    body      TEXT    NOT NULL
) STRICT;

CREATE TRIGGER observation_is_never_changed BEFORE UPDATE ON observation
BEGIN SELECT RAISE (ABORT, 'observations are append-only'); END;
CREATE TRIGGER observation_is_never_removed BEFORE DELETE ON observation
BEGIN SELECT RAISE (ABORT, 'observations are append-only'); END;
CREATE TRIGGER source_is_never_removed BEFORE DELETE ON source
BEGIN SELECT RAISE (ABORT, 'sources are append-only'); END;

-- The computation that produced the rows below; only the newest is held.
CREATE TABLE run (
    id   INTEGER PRIMARY KEY,
    body TEXT NOT NULL                          -- JSON: when, as of which date, versions, context, counts
) STRICT;

-- Devices with equal facts share one set of verdicts.
CREATE TABLE verdict_class (
    id       INTEGER PRIMARY KEY,
    facts    TEXT NOT NULL,                     -- JSON: what the rules saw
    verdicts TEXT NOT NULL                      -- JSON: list of verdicts in card order
) STRICT;

-- What each rule answers for a class: finds classes without reading their verdicts.
CREATE TABLE class_answer (
    policy   TEXT    NOT NULL,
    answer   INTEGER NOT NULL,                  -- 0 breach … 4 not-bound
    class_id INTEGER NOT NULL,
    PRIMARY KEY (policy, answer, class_id)
) STRICT, WITHOUT ROWID;

-- What lists filter by, once for all devices that share it, with how many they are: a filter reads a few
-- thousand rows here and not a million there.
CREATE TABLE facet (
    id          INTEGER PRIMARY KEY,
    class_id    INTEGER NOT NULL,
    worst       INTEGER NOT NULL,               -- as in device
    kind        TEXT    NOT NULL,
    level       TEXT    NOT NULL,
    maker       TEXT    NOT NULL,
    maker_name  TEXT    NOT NULL,
    brand       TEXT,
    rebranded   INTEGER NOT NULL,
    conflicting INTEGER NOT NULL,
    zone        TEXT,
    devices     INTEGER NOT NULL                -- how many
) STRICT;

-- One resolved device. Evidence is not stored: it is computed from `observations` when asked for.
CREATE TABLE device (
    ord          INTEGER PRIMARY KEY,
    id           TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    maker        TEXT    NOT NULL,
    maker_name   TEXT    NOT NULL,
    probability  REAL    NOT NULL,
    level        TEXT    NOT NULL,
    brand        TEXT,
    model        TEXT,
    firmware     TEXT,
    serial       TEXT,
    address      TEXT,                          -- the newest
    mac          TEXT,                          -- the first
    site         TEXT,
    zone         TEXT,
    worst        INTEGER NOT NULL,              -- 0 breach, 1 candidate, 2 not-enough-evidence, 3 clear, 4 not-bound, 5 none
    rebranded    INTEGER NOT NULL,
    conflicts    INTEGER NOT NULL,              -- how many
    identity     TEXT,                          -- JSON: conflicts found while resolving, if any
    class_id     INTEGER NOT NULL,
    facet        INTEGER NOT NULL,
    observations TEXT    NOT NULL               -- JSON: list of observation ids
) STRICT;
