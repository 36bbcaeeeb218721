'use strict';
// What the tests share: queries and the rows that they must yield, as plain values.
const test = require('node:test');
const assert = require('node:assert');
const { evaluate } = require('./evaluate');
const { Tagged } = require('./dynamics');
const times = require('./times');

// plain makes a cell comparable: times as text, dynamic values as JSON.parse makes them.
function plain(value, type) {
  if (value === null) return null;
  switch (type) {
    case 'datetime': return times.text(value);
    case 'timespan': return times.spanText(value);
    case 'decimal': return String(value);
    case 'dynamic': return plainDynamic(value);
    default: return value;
  }
}

function plainDynamic(value) {
  if (Array.isArray(value)) return value.map(plainDynamic);
  if (value instanceof Map) return Object.fromEntries([...value].map(([name, item]) => [name, plainDynamic(item)]));
  if (value instanceof Tagged) return plain(value.value, value.type);
  return value;
}

const NOW = times.parse('2026-10-21T00:00:00Z');

function run(query, options = {}) {
  const { columns, rows } = evaluate(query, { now: NOW, ...options });
  return { names: columns.map((c) => c.name), rows: rows.map((row) => row.map((cell, i) => plain(cell, columns[i].type))) };
}

// at returns the text of a datetime that a page writes shorter.
const at = (text) => times.text(times.parse(text));

// table reads rows from the lines of a page: cells between bars, texts unless they read as a
// number, true, false or null. Empty cells are "".
function table(text) {
  return text.trim().split('\n').map((line) => line.split('|').map((cell) => {
    const trimmed = cell.trim();
    if (/^-?\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed);
    return { true: true, false: false, null: null }[trimmed] ?? (trimmed === 'null' ? null : trimmed);
  }));
}

// cases runs a table of [name, query, rows]. A query that is no print gets one before it.
// rows may be one value, for a single cell. With sorted the order of rows does not matter.
function cases(title, list, { sorted = false, options } = {}) {
  test(title, async (t) => {
    for (const [name, query, expected] of list) {
      await t.test(name, () => {
        let { rows } = run(/^(print|let|set |range|datatable|union|table\(|\w+\s*\n?\s*\|)/.test(query.trim()) ? query : 'print ' + query, options);
        let wanted = Array.isArray(expected) && Array.isArray(expected[0]) ? expected : [[expected]];
        if (sorted) [rows, wanted] = [inOrder(rows), inOrder(wanted)];
        assert.deepStrictEqual(rows, wanted);
      });
    }
  });
}

const inOrder = (rows) => [...rows].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

// fails runs a table of [name, query, message]: a query that must fail.
function fails(title, list, options) {
  test(title, async (t) => {
    for (const [name, query, message] of list) {
      await t.test(name, () => assert.throws(() => run(query, options), (error) => {
        assert.match(error.message, message);
        return true;
      }));
    }
  });
}

module.exports = { run, cases, fails, table, at };
