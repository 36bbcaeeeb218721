#!/usr/bin/env node
'use strict';
// check.js --schema defender|sentinel|adx [--table 'Name(Column:type,…)']… [--without TABLE]…
//   [--watchlist NAME=FILE]… QUERY.kql…
// prints what Microsoft's parser has against queries, and exits with 1 if there is anything.
const fs = require('node:fs');

function check(argv, print) {
  const options = require('./options').read(argv);
  const { analyze, declare } = require('./parser'); // here, as it takes seconds to load
  const files = require('./files');
  if (options.positionals.length === 0) throw new Error('kusto: check: no query is named');
  const tables = [...options.tables].map(([name, columns]) => ({ name, columns }));
  const watchlists = new Map([...options.watchlists].map(([name, file]) => [name, files.watchlist(file).columns]));
  const globals = declare(tables, options.withWatchlists ? watchlists : null);
  let found = 0;
  for (const file of options.positionals) {
    for (const d of analyze(fs.readFileSync(file, 'utf8'), globals).diagnostics) {
      print(`${file}:${d.line}:${d.column}: ${d.code}: ${d.message}`);
      found++;
    }
  }
  return found;
}

module.exports = { check };

if (require.main === module) {
  try {
    if (check(process.argv.slice(2), console.log) > 0) process.exitCode = 1;
  } catch (error) {
    console.error(error.message);
    process.exitCode = 2;
  }
}
