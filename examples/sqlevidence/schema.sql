-- Times are Unix nanoseconds. Accounts are in lower case. Addresses are IPv4 in
-- dotted form, or the first address of the /64 in IPv6, as addressOf writes them.

CREATE TABLE signins (
	at          INTEGER NOT NULL,
	account     TEXT NOT NULL,
	address     TEXT NOT NULL,
	success     INTEGER NOT NULL,
	interactive INTEGER NOT NULL,
	risk        TEXT NOT NULL,
	country     TEXT NOT NULL,
	domain      TEXT GENERATED ALWAYS AS (substr(account, instr(account, '@') + 1)) STORED
);
CREATE INDEX signins_by_domain ON signins (domain, at);
CREATE INDEX signins_by_account ON signins (account, at);
CREATE INDEX signins_by_address ON signins (address, at);

CREATE TABLE launches (
	at      INTEGER NOT NULL,
	account TEXT NOT NULL,
	device  TEXT NOT NULL,
	url     TEXT NOT NULL
);
CREATE INDEX launches_by_account ON launches (account, at);
