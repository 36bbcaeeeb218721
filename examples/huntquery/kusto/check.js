#!/usr/bin/env node
'use strict';
// check.js --schema defender|sentinel|adx [--table 'Name(Column:type,…)']… [--without TABLE]…
//   [--watchlist NAME=FILE]… QUERY.kql…
// prints what Microsoft's parser has against queries, and exits with 1 if there is anything.
const fs = require('node:fs');

function check(argv) {
  const options = require('./options').read(argv);
  const { analyze, declare } = require('./parser');
  const files = require('./files');
  if (options.positionals.length === 0) throw new Error('kusto: check: no query is named');
  const tables = [...options.tables].map(([name, columns]) => ({ name, columns }));
  const watchlists = new Map([...options.watchlists].map(([name, file]) => [name, files.watchlist(file).columns]));
  const globals = declare(tables, options.withWatchlists ? watchlists : null);
  let found = 0;
  for (const file of options.positionals) {
    for (const d of analyze(fs.readFileSync(file, 'utf8'), globals).diagnostics) {
      console.log(`${file}:${d.line}:${d.column}: ${d.code}: ${d.message}`);
      found++;
    }
  }
  return found === 0 ? 0 : 1;
}

if (require.main === module) {
  try {
    process.exitCode = check(process.argv.slice(2));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 2;
  }
}
