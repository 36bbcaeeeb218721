#!/usr/bin/env node
'use strict';
// run.js --schema defender|sentinel|adx [--now TIME] [--table 'Name(Column:type,…)']…
//   [--without TABLE]… [--watchlist NAME=FILE.csv]… [--external URL=FILE.csv]… [--time] QUERY.kql DIR
// evaluates a query on DIR/TABLE.ndjson and prints a JSON object for each row.
const fs = require('node:fs');

function run(argv, write, note) {
  const options = require('./options').read(argv);
  const { evaluate } = require('./evaluate'); // here, as the parser takes seconds to load
  const files = require('./files');
  const [query, folder, ...rest] = options.positionals;
  if (!folder || rest.length > 0) throw new Error('kusto: run: one query and one folder are wanted');
  if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new Error('kusto: run: no folder: ' + JSON.stringify(folder.slice(0, 80)));
  const start = process.hrtime.bigint();
  const result = evaluate(fs.readFileSync(query, 'utf8'), {
    tables: new Map([...options.tables].map(([name, columns]) => [name, files.fromFolder(folder, name, columns)])),
    now: options.now,
    withWatchlists: options.withWatchlists,
    watchlists: new Map([...options.watchlists].map(([name, file]) => [name, files.watchlist(file)])),
    external: options.external,
  });
  let text = '';
  for (const row of result.rows) {
    text += files.line(result.columns, row) + '\n';
    if (text.length > 1 << 20) {
      write(text);
      text = '';
    }
  }
  write(text);
  if (options.time) {
    const ms = Number(process.hrtime.bigint() - start) / 1e6;
    note(`${result.rows.length} rows in ${Math.round(ms)} ms`);
  }
}

module.exports = { run };

if (require.main === module) {
  try {
    run(process.argv.slice(2), (text) => process.stdout.write(text), console.error);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
