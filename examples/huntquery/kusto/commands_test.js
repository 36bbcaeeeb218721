'use strict';
// The commands as they are called.
const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { check } = require('./check');
const { run } = require('./run');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kusto-'));
test.after(() => fs.rmSync(folder, { recursive: true }));

function file(name, text) {
  const full = path.join(folder, name);
  fs.mkdirSync(path.dirname(full), { recursive: true });
  fs.writeFileSync(full, text);
  return full;
}

// call runs a command as a process of its own.
function call(command, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(__dirname, command), ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

// checked and evaluated return what a command prints, without a process.
function checked(...args) {
  const lines = [];
  check(args, (line) => lines.push(line));
  return lines;
}

function evaluated(...args) {
  const printed = [];
  const notes = [];
  run(args, (text) => printed.push(text), (line) => notes.push(line));
  return { lines: printed.join('').split('\n').slice(0, -1), notes };
}

const good = file('good.kql', 'UrlClickEvents | where Timestamp > ago(1d) | project Url, AccountUpn');
const bad = file('bad.kql', 'UrlClickEvents\n| where Nothing == 1\n| project Url\n');

test('check.js: nothing to say', () => {
  assert.deepStrictEqual(call('check.js', '--schema', 'defender', good), { status: 0, stdout: '', stderr: '' });
});

test('check.js: what is wrong and where', () => {
  assert.deepStrictEqual(call('check.js', '--schema', 'defender', good, bad), {
    status: 1, stderr: '',
    stdout: `${bad}:2:9: KS142: The name 'Nothing' does not refer to any known column, table, variable or function.\n`,
  });
});

test('check: --table and --without', () => {
  const query = file('tables.kql', 'Mine | where N > 1 | join kind=inner UrlClickEvents on Url');
  const mine = ['--schema', 'defender', '--table', 'Mine(N:long, Url:string)'];
  assert.deepStrictEqual(checked(...mine, query), []);
  const [line, ...rest] = checked(...mine, '--without', 'UrlClickEvents', query);
  assert.match(line, /tables\.kql:1:38: KS\d+: .*UrlClickEvents/);
  assert.deepStrictEqual(rest, []);
});

test('check: a missing table of a fuzzy union is no mistake', () => {
  const query = file('fuzzy.kql', 'union isfuzzy=true UrlClickEvents, Gone | where Url != ""');
  assert.deepStrictEqual(checked('--schema', 'adx', query), []);
});

test('check: --table replaces a table', () => {
  const query = file('replaced.kql', 'UrlClickEvents | where Mine == 1');
  assert.deepStrictEqual(checked('--schema', 'defender', '--table', 'UrlClickEvents(Mine:long)', query), []);
});

test('check: watchlists are known in Sentinel', () => {
  const query = file('watch.kql', '_GetWatchlist("Hosts") | where SearchKey == "a" | project Owner');
  assert.deepStrictEqual(checked('--schema', 'sentinel', query), []);
  assert.match(checked('--schema', 'defender', query)[0], /KS\d+: .*_GetWatchlist/);
  const right = file('hosts.csv', 'Host,Owner\n');
  assert.deepStrictEqual(checked('--schema', 'sentinel', '--watchlist', `Hosts=${right}`, query), []);
  const wrong = file('other.csv', 'Host,Who\n');
  assert.match(checked('--schema', 'sentinel', '--watchlist', `Hosts=${wrong}`, query)[0], /KS142: The name 'Owner'/);
});

test('wrong options', () => {
  const cases = [
    [['check.js', good], 2, 'kusto: options: --schema defender, sentinel or adx is missing\n'],
    [['check.js', '--schema', 'other', good], 2, 'kusto: schema: "other" is none of defender, sentinel, adx\n'],
    [['check.js', '--schema', 'adx', '--table', 'T(a:word)', good], 2, 'kusto: table: no Column:type: "a:word"\n'],
    [['check.js', '--schema', 'adx', '--without', 'T', good], 2, 'kusto: without: the schema has no table "T"\n'],
    [['run.js', '--schema', 'adx', '--now', 'noon', good, folder], 1, 'kusto: now: no time: "noon"\n'],
    [['run.js', '--schema', 'adx', good], 1, 'kusto: run: one query and one folder are wanted\n'],
  ];
  for (const [args, status, stderr] of cases) assert.deepStrictEqual(call(...args), { status, stdout: '', stderr });
});

const values = 'V(B:bool,I:int,L:long,R:real,D:decimal,T:datetime,S:timespan,G:guid,Text:string,Any:dynamic)';
file('data/V.ndjson', [
  '{"B":true,"I":-7,"L":9007199254740993,"R":1.5,"D":"0.25","T":"2026-10-01T10:00:00.1234567+02:00","S":"00:00:03.2","G":"74BE27DE-1E4E-49D9-B579-FE0B331D3642","Text":"é \\"q\\"","Any":{"a":[1,2.5,null,"x"]}}',
  '{"B":null,"Text":null,"T":""}',
  '',
  '{"L":"12","Text":5,"Any":"[1]","Other":1}',
].join('\n'));

test('run.js: every type, nulls and missing columns', () => {
  const result = call('run.js', '--schema', 'adx', '--table', values, file('v.kql', 'V'), path.join(folder, 'data'));
  assert.deepStrictEqual(result, {
    status: 0, stderr: '',
    stdout: [
      '{"B":true,"I":-7,"L":9007199254740993,"R":1.5,"D":"0.25","T":"2026-10-01T08:00:00.1234567Z","S":"00:00:03.2000000","G":"74be27de-1e4e-49d9-b579-fe0b331d3642","Text":"é \\"q\\"","Any":{"a":[1,2.5,null,"x"]}}',
      '{"B":null,"I":null,"L":null,"R":null,"D":null,"T":null,"S":null,"G":null,"Text":"","Any":null}',
      '{"B":null,"I":null,"L":12,"R":null,"D":null,"T":null,"S":null,"G":null,"Text":"5","Any":[1]}',
      '',
    ].join('\n'),
  });
});

test('run: times inside dynamic values, and reals that JSON has not got', () => {
  const query = file('odd.kql', 'print d = pack("t", datetime(2026-10-01), "s", 3s), n = real(nan), i = 1.0 / 0, t = timespan(1.12:00:00)');
  assert.deepStrictEqual(evaluated('--schema', 'adx', query, folder).lines,
    ['{"d":{"t":"2026-10-01T00:00:00.0000000Z","s":"00:00:03"},"n":"NaN","i":"Infinity","t":"1.12:00:00"}']);
});

test('run: a table without a file is empty', () => {
  const query = file('empty.kql', 'EmailEvents | summarize n = count()');
  assert.deepStrictEqual(evaluated('--schema', 'defender', query, path.join(folder, 'data')).lines, ['{"n":0}']);
});

test('run: --now, --time and a large result', () => {
  const query = file('now.kql', 'range x from 1 to 50000 step 1 | extend t = now(), a = ago(1h)');
  const { lines, notes } = evaluated('--schema', 'adx', '--now', '2026-10-21T12:00:00Z', '--time', query, folder);
  assert.match(notes.join('\n'), /^50000 rows in \d+ ms$/);
  assert.strictEqual(lines.length, 50000);
  assert.strictEqual(lines[49999], '{"x":50000,"t":"2026-10-21T12:00:00.0000000Z","a":"2026-10-21T11:00:00.0000000Z"}');
});

test('run: --watchlist', () => {
  const list = file('hosts2.csv', '\ufeffHost,Owner\r\n"pc1","Doe, ""J"""\r\npc2,\r\n');
  const query = file('list.kql', "_GetWatchlist('Hosts') | project SearchKey, Owner");
  assert.deepStrictEqual(evaluated('--schema', 'sentinel', '--watchlist', `Hosts=${list}`, query, folder).lines,
    ['{"SearchKey":"pc1","Owner":"Doe, \\"J\\""}', '{"SearchKey":"pc2","Owner":""}']);
  const keyed = file('keyed.csv', 'Host,SearchKey\npc1,k1\n');
  const keys = file('keys.kql', "_GetWatchlist('Hosts') | project SearchKey");
  assert.deepStrictEqual(evaluated('--schema', 'sentinel', '--watchlist', `Hosts=${keyed}`, keys, folder).lines, ['{"SearchKey":"k1"}']);
});

test('run: --external', () => {
  const csv = file('ranges.csv', 'Range,Bits,Seen\n10.0.0.0/8,8,2026-10-01T00:00:00Z\n::/0,,\n');
  const url = 'https://example.org/ranges.csv?a=b';
  const query = file('external.kql', `externaldata(Range:string, Bits:long, Seen:datetime)[@"${url}"] with (format="csv", ignoreFirstRecord=true)`);
  assert.deepStrictEqual(evaluated('--schema', 'adx', '--external', `${url}=${csv}`, query, folder).lines,
    ['{"Range":"10.0.0.0/8","Bits":8,"Seen":"2026-10-01T00:00:00.0000000Z"}', '{"Range":"::/0","Bits":null,"Seen":null}']);
});

test('run: what fails', () => {
  file('wrong/V.ndjson', '{"Text":"ok"}\n{"T":"yesterday"}\n');
  file('broken/V.ndjson', '{"Text":"ok"\n');
  const query = file('count.kql', 'V | count');
  const cases = [
    [query, 'wrong', 'kusto: read: V.ndjson:2: T is no datetime: "yesterday"'],
    [query, 'broken', 'kusto: read: V.ndjson:1: no JSON object: "{\\"Text\\":\\"ok\\""'],
    [query, 'gone', `kusto: run: no folder: ${JSON.stringify(path.join(folder, 'gone').slice(0, 80))}`],
    [file('unknown.kql', 'V | where Nope == 1'), 'data', "kusto: check: 1:11: KS142: The name 'Nope' does not refer to any known column, table, variable or function."],
    [file('parse.kql', 'V | parse Text with "a=" b'), 'data', 'kusto: not supported: ParseOperator: "parse Text with \\"a=\\" b"'],
  ];
  for (const [kql, data, message] of cases) {
    assert.throws(() => evaluated('--schema', 'adx', '--table', values, kql, path.join(folder, data)), { message });
  }
});
