-- A company file: objects as the qbXML they return, and beside them what the books are computed from.
-- Money is in hundredths, quantities are in hundred-thousandths; a debit is positive.
-- Tables WITHOUT ROWID have their key's columns first: integrity_check of SQLite before 3.41 misreads them otherwise.

CREATE TABLE object (
  id        INTEGER PRIMARY KEY,       -- the hexadecimal part of the ListID or TxnID
  kind      TEXT    NOT NULL,          -- 'Customer', 'Invoice', ...
  ref_id    TEXT    NOT NULL,          -- the ListID or TxnID
  space     TEXT,                      -- the lists that share names with this one; null for transactions
  name_key  TEXT,                      -- the full name in lower case, unique in its space
  sort      TEXT    NOT NULL,          -- the order of the list; a transaction's date
  parent    INTEGER REFERENCES object(id),
  active    INTEGER NOT NULL DEFAULT 1,
  number    TEXT,                      -- a transaction's RefNumber
  entity    INTEGER,                   -- a transaction's customer, vendor, employee or other name
  total     INTEGER,                   -- a transaction's amount
  open      INTEGER,                   -- what remains of it to be paid or used
  sequence  INTEGER NOT NULL,          -- EditSequence
  touched   INTEGER NOT NULL,          -- when a From/ToModifiedDate filter finds it, epoch seconds
  newest    INTEGER NOT NULL,          -- the newest element's version, times ten
  extended  INTEGER NOT NULL DEFAULT 0,-- whether DataExtRet stand in the pieces
  hidden    TEXT,                      -- what a Mod needs and the Ret does not show, JSON
  head      BLOB    NOT NULL,          -- the Ret, complete, in four pieces
  links     BLOB    NOT NULL DEFAULT x'',
  lines     BLOB    NOT NULL DEFAULT x'',
  tail      BLOB    NOT NULL
);
CREATE INDEX object_order ON object(kind, sort, id);
CREATE UNIQUE INDEX object_name ON object(space, name_key) WHERE space IS NOT NULL;
CREATE INDEX object_parent ON object(parent) WHERE parent IS NOT NULL;
CREATE INDEX object_touched ON object(kind, touched);
CREATE INDEX object_number ON object(number COLLATE NOCASE, kind) WHERE number IS NOT NULL;
CREATE INDEX object_entity ON object(entity, kind, sort, id) WHERE entity IS NOT NULL;
CREATE INDEX object_open ON object(kind, sort, id) WHERE open <> 0;

-- Who uses whom, by the name of the reference: renames, deletion, filters.
CREATE TABLE uses (
  target INTEGER NOT NULL,
  source INTEGER NOT NULL,
  role   TEXT    NOT NULL,
  PRIMARY KEY (target, source, role)
) WITHOUT ROWID;
CREATE INDEX uses_source ON uses(source);

CREATE TABLE posting (
  txn      INTEGER NOT NULL,
  line     INTEGER NOT NULL,
  account  INTEGER NOT NULL,
  entity   INTEGER,
  item     INTEGER,
  class    INTEGER,
  date     TEXT    NOT NULL,
  amount   INTEGER NOT NULL,
  quantity INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (txn, line)
) WITHOUT ROWID;
CREATE INDEX posting_account ON posting(account, date, txn);

-- The running sums of postings: of an account or its entity's share of it (amount), with all children (total),
-- of an item (amount is its value, quantity what is on hand).
CREATE TABLE balance (
  object   INTEGER PRIMARY KEY,
  amount   INTEGER NOT NULL DEFAULT 0,
  total    INTEGER NOT NULL DEFAULT 0,
  quantity INTEGER NOT NULL DEFAULT 0
);

-- What settles what: a payment or credit (source) applied to an invoice or bill (target), with the discount it took;
-- or, of type 'DEPOSIT', a payment taken to the bank by a deposit.
CREATE TABLE link (
  source           INTEGER NOT NULL,
  target           INTEGER NOT NULL,
  type             TEXT    NOT NULL DEFAULT 'AMTTYPE',
  payment          INTEGER NOT NULL,   -- the transaction that made the link: the source, or the payment that set a credit
  amount           INTEGER NOT NULL,
  discount         INTEGER NOT NULL DEFAULT 0,
  discount_account INTEGER,
  discount_class   INTEGER,
  PRIMARY KEY (source, target, type, payment)
) WITHOUT ROWID;
CREATE INDEX link_payment ON link(payment);
CREATE INDEX link_target ON link(target);

CREATE TABLE dataext_definition (
  id       INTEGER PRIMARY KEY,
  owner    TEXT NOT NULL,
  name     TEXT NOT NULL COLLATE NOCASE,
  type     TEXT NOT NULL,
  fragment BLOB NOT NULL,
  UNIQUE (owner, name)
);

CREATE TABLE deleted (
  kind    TEXT    NOT NULL,
  at      INTEGER NOT NULL,
  ref_id  TEXT    NOT NULL,
  name    TEXT    NOT NULL,            -- a list element's full name, a transaction's number
  created INTEGER NOT NULL,
  PRIMARY KEY (kind, at, ref_id)
) WITHOUT ROWID;

CREATE TABLE message_set (
  id       TEXT PRIMARY KEY,
  checksum BLOB    NOT NULL,           -- of the document, so that another one under the same id is noticed
  done     INTEGER NOT NULL,           -- how many of its requests are answered
  complete INTEGER NOT NULL,
  macros   TEXT    NOT NULL,           -- what they defined, JSON
  response BLOB    NOT NULL            -- the answers, without the envelope
);

CREATE TABLE subscription (
  subscriber TEXT NOT NULL,
  type       TEXT NOT NULL,
  fragment   BLOB NOT NULL,
  PRIMARY KEY (subscriber, type)
);

CREATE TABLE counter (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
);

-- What there is one of: Company, Preferences, Host, CompanyActivity; the Ret as it is returned.
CREATE TABLE singleton (
  name     TEXT PRIMARY KEY,
  fragment BLOB NOT NULL
);
