-- How registers of one shape are read, as a user said or confirmed. Forgotten on demand: it is no evidence.
CREATE TABLE mapping (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,  -- a number that was told is never given again
    shape           TEXT    NOT NULL UNIQUE,            -- digest of the titles and the delimiter, 64 hex digits
    titles          TEXT    NOT NULL,                   -- the shape for people: titles of each sheet
    body            TEXT    NOT NULL,                   -- TOML, as `--map` takes it
    confirmed_at_us INTEGER NOT NULL,
    confirmed_with  TEXT    NOT NULL                    -- name of the register it was confirmed with
) STRICT;

-- A register that took the place of another: the older one's rows no longer say what is there today. Taken back
-- by removing the row; the evidence of both stays.
CREATE TABLE edition (
    older         INTEGER PRIMARY KEY REFERENCES source (id),
    newer         INTEGER NOT NULL REFERENCES source (id),
    decided_at_us INTEGER NOT NULL,
    why           TEXT    NOT NULL,                     -- keys: most devices are in both; said: a user said so
    settled       INTEGER REFERENCES source (id),       -- the last edition that `gone` takes into account
    CHECK (older <> newer)
) STRICT;

CREATE INDEX edition_by_newer ON edition (newer);

-- Rows of older editions that no newer edition has. Computed from the observations.
CREATE TABLE gone (
    observation_id INTEGER PRIMARY KEY REFERENCES observation (id),
    older          INTEGER NOT NULL REFERENCES edition (older),
    since          INTEGER NOT NULL REFERENCES source (id),  -- the first edition without it
    address_taken  INTEGER NOT NULL                     -- 1: that edition gives its address to another row
) STRICT;

CREATE INDEX gone_by_older ON gone (older);

-- Pages of one source are read when editions are compared.
CREATE INDEX observation_by_source ON observation (source_id);

-- Registers of one shape and one name, and of either, are found without reading all summaries.
CREATE INDEX source_by_both ON source (json_extract (summary, '$.shape'), json_extract (summary, '$.series'));
CREATE INDEX source_by_shape ON source (json_extract (summary, '$.shape'));
CREATE INDEX source_by_series ON source (json_extract (summary, '$.series'));

-- Of each register a few keys of its devices, those with the least hashes: among thousands of registers of one form the
-- one that has devices in common with another is found by them. Recorded so that nothing has to be read again for it.
CREATE TABLE register_key (
    hash      INTEGER NOT NULL,                 -- of a serial number or hardware address
    source_id INTEGER NOT NULL REFERENCES source (id),
    PRIMARY KEY (hash, source_id)
) STRICT, WITHOUT ROWID;
