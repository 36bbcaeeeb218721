-- One statement for a whole batch of questions, however many there are: they are its one
-- parameter, a JSON array of [account, address, time]. Every row comes with the number of
-- the question that it was fetched for.

WITH asked AS MATERIALIZED (
	SELECT key AS question, value ->> 0 AS account, value ->> 1 AS address, value ->> 2 AS at,
		30 * 86400000000000 AS month, 86400000000000 AS day, 60000000000 AS minute
	FROM json_each(?)
),
-- Of the others at the address it is enough to know the two who came first, and two whose
-- clients were there.
others AS (
	SELECT question, s.account, s.address, s.interactive, s.risk, s.country, min(s.at) AS at,
		row_number() OVER (PARTITION BY question, s.interactive ORDER BY min(s.at)) AS place
	FROM asked JOIN signins AS s ON s.address = asked.address AND s.at BETWEEN asked.at - month AND asked.at + day
	WHERE s.account <> asked.account AND s.success AND s.risk NOT IN ('medium', 'high')
	GROUP BY question, s.account, s.interactive
)
SELECT question, 'signin', s.at, s.account, s.address, s.interactive, s.risk, s.country, '' AS device, '' AS url
FROM asked JOIN signins AS s ON s.account = asked.account AND s.at BETWEEN asked.at - month AND asked.at + day
WHERE s.success
UNION ALL
SELECT question, 'signin', at, account, address, interactive, risk, country, '', ''
FROM others WHERE place <= 2
UNION ALL
-- Where the sign-ins of the domain begin.
SELECT question, 'signin', s.at, s.account, s.address, 1, s.risk, s.country, '', ''
FROM asked JOIN signins AS s ON s.rowid = (
	SELECT rowid FROM signins
	WHERE domain = substr(asked.account, instr(asked.account, '@') + 1) AND success AND interactive AND risk NOT IN ('medium', 'high')
	ORDER BY at LIMIT 1)
UNION ALL
SELECT question, 'launch', l.at, l.account, '', 0, '', '', l.device, l.url
FROM asked JOIN launches AS l ON l.account = asked.account AND l.at BETWEEN asked.at - day - minute AND asked.at + day + minute
-- Sorting finds all rows before the first is returned. SQLite's driver can be interrupted
-- until then, and not between one row and the next.
ORDER BY question
