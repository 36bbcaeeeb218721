'use strict';
// What check.js and run.js are told.
const { parseArgs } = require('node:util');
const schemas = require('./schemas');
const times = require('./times');

const OPTIONS = {
  schema: { type: 'string' }, table: { type: 'string', multiple: true, default: [] },
  without: { type: 'string', multiple: true, default: [] }, watchlist: { type: 'string', multiple: true, default: [] },
  external: { type: 'string', multiple: true, default: [] }, now: { type: 'string' }, time: { type: 'boolean', default: false },
};

// pair splits NAME=FILE at the last equal sign, as URLs hold such signs.
function pair(text, option) {
  const at = text.lastIndexOf('=');
  if (at < 1) throw new Error(`kusto: ${option}: no NAME=FILE: ${JSON.stringify(text.slice(0, 80))}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

// read returns the options and the other arguments.
function read(argv) {
  const { values, positionals } = parseArgs({ args: argv, options: OPTIONS, allowPositionals: true });
  if (!values.schema) throw new Error('kusto: options: --schema defender, sentinel or adx is missing');
  const tables = schemas.named(values.schema);
  for (const text of values.table) {
    const { name, columns } = schemas.parse(text);
    tables.set(name, columns);
  }
  for (const name of values.without) {
    if (!tables.delete(name)) throw new Error(`kusto: without: the schema has no table ${JSON.stringify(name.slice(0, 80))}`);
  }
  const now = times.parse(values.now ?? new Date().toISOString());
  if (now === null) throw new Error(`kusto: now: no time: ${JSON.stringify(values.now.slice(0, 80))}`);
  return {
    tables, now, positionals, time: values.time,
    withWatchlists: values.schema === 'sentinel',
    watchlists: new Map(values.watchlist.map((text) => pair(text, 'watchlist'))),
    external: new Map(values.external.map((text) => pair(text, 'external'))),
  };
}

module.exports = { read };
