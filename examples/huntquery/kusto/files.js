'use strict';
// Tables in files, and how results are printed.
const fs = require('node:fs');
const path = require('node:path');
const { Table } = require('./scope');
const csv = require('./csv');
const dynamics = require('./dynamics');
const { to, toText } = require('./convert');
const times = require('./times');

// cell makes a value of a column's type of a JSON value.
function cell(value, { name, type }, where) {
  if (value === undefined || value === null || (value === '' && type !== 'string' && type !== 'dynamic')) {
    return type === 'string' ? '' : null;
  }
  if (type === 'string') return toText(value, 'dynamic');
  if (type === 'dynamic') return typeof value === 'string' ? to('dynamic')(value, 'string') : value;
  const converted = to(type)(value, 'dynamic');
  if (converted === null) {
    throw new Error(`kusto: read: ${where}: ${name} is no ${type}: ${JSON.stringify(dynamics.text(value).slice(0, 80))}`);
  }
  return converted;
}

// readRows reads one JSON object a line. A file that does not exist has no rows.
function readRows(file, columns) {
  if (!fs.existsSync(file)) return [];
  const rows = [];
  fs.readFileSync(file, 'utf8').split('\n').forEach((line, i) => {
    if (line.trim() === '') return;
    const where = `${path.basename(file)}:${i + 1}`;
    let object;
    try {
      object = dynamics.parse(line);
    } catch {
      object = null;
    }
    if (!(object instanceof Map)) throw new Error(`kusto: read: ${where}: no JSON object: ${JSON.stringify(line.slice(0, 80))}`);
    rows.push(columns.map((column) => cell(object.get(column.name), column, where)));
  });
  return rows;
}

// fromFolder returns a table that is read from FOLDER/NAME.ndjson when it is needed.
function fromFolder(folder, name, columns) {
  return new Table(columns, () => readRows(path.join(folder, name + '.ndjson'), columns), name).kept();
}

// watchlist reads a CSV file with a header. All columns are strings. SearchKey is the first
// column, unless the file has one of that name.
function watchlist(file) {
  const [header = [], ...records] = csv.readFile(file);
  const names = header.includes('SearchKey') ? header : [...header, 'SearchKey'];
  const columns = names.map((name) => ({ name, type: 'string' }));
  const rows = records.map((record) => names.map((name, i) => (i < header.length ? record[i] ?? '' : record[0] ?? '')));
  return new Table(columns, () => rows);
}

// json writes a cell as JSON.
function json(value, type) {
  if (value === null) return 'null';
  switch (type) {
    case 'datetime': return JSON.stringify(times.text(value));
    case 'timespan': return JSON.stringify(times.spanText(value));
    case 'string': case 'guid': case 'decimal': return JSON.stringify(String(value));
    case 'dynamic': return dynamics.json(value);
    case 'real': return Number.isFinite(value) ? JSON.stringify(value) : JSON.stringify(dynamics.realText(value));
    default: return String(value);
  }
}

// line writes a row as a JSON object.
function line(columns, row) {
  return '{' + columns.map((c, i) => JSON.stringify(c.name) + ':' + json(row[i], c.type)).join(',') + '}';
}

module.exports = { fromFolder, watchlist, line };
