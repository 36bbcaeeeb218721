'use strict';
// join and lookup: hash joins on equal keys. Null equals nothing, so it joins nothing.
const p = require('../parser');
const { Table } = require('../scope');
const { unsupported } = require('../errors');
const tabular = require('../tabular');
const { unique, parameterText } = require('./names');

// pairs returns the slots [left, right] of the conditions after "on".
function pairs(node, left, right) {
  const clause = p.child(node, 'JoinOnClause');
  if (!clause) unsupported('a join without "on"', node);
  const slot = (table, name, n) => {
    const found = table.columns.findIndex((c) => c.name === name);
    return found < 0 ? unsupported(`the column ${name}, which no table here has`, n) : found;
  };
  const condition = (n) => {
    switch (p.kind(n)) {
      case 'ParenthesizedExpression': return condition(p.expressions(n)[0]);
      case 'AndExpression': return p.expressions(n).flatMap(condition);
      case 'NameReference': return [[slot(left, n.SimpleName, n), slot(right, n.SimpleName, n)]];
      case 'EqualExpression': {
        const [a, b] = p.expressions(n).map((path) => p.expressions(path).map((part) => part.SimpleName));
        return [[slot(left, a[1], n), slot(right, b[1], n)]];
      }
      default: return unsupported('this condition of a join', n);
    }
  };
  const found = p.elements(p.lists(clause)[0]).flatMap(condition);
  const whole = (type) => (type === 'int' ? 'long' : type);
  for (const [l, r] of found) {
    const [a, b] = [left.columns[l].type, right.columns[r].type];
    if (whole(a) !== whole(b) || a === 'dynamic') unsupported(`joining ${a} and ${b}`, node);
  }
  return found;
}

// keyOf returns the function from a row to its key; null has none.
function keyOf(slots, columns) {
  if (slots.length === 1) {
    const [slot] = slots;
    return columns[slot].type === 'decimal' ? (row) => row[slot] && String(row[slot]) : (row) => row[slot];
  }
  return (row) => {
    let key = '';
    for (const slot of slots) {
      const value = row[slot];
      if (value === null) return null;
      const text = String(value);
      key += text.length + ':' + text;
    }
    return key;
  };
}

function index(rows, key) {
  const found = new Map();
  for (const row of rows) {
    const k = key(row);
    if (k === null) continue;
    const same = found.get(k);
    if (same) same.push(row);
    else found.set(k, [row]);
  }
  return found;
}

// blank is a row of a side without a match: null, and "" for texts.
const blank = (columns) => columns.map((c) => (c.type === 'string' ? '' : null));

// firstOfEach keeps one row of each key. Rows without a key match nothing anyway.
function firstOfEach(table, key) {
  return Table.streaming(table.columns, (visit) => {
    const seen = new Set();
    table.each((row) => {
      const k = key(row);
      if (k === null || seen.has(k)) return;
      seen.add(k);
      visit(row);
    });
  });
}

const KINDS = {
  innerunique: 'inner', inner: 'inner', leftouter: 'leftouter', rightouter: 'rightouter', fullouter: 'fullouter',
  leftsemi: 'leftsemi', rightsemi: 'rightsemi', leftanti: 'leftanti', anti: 'leftanti', leftantisemi: 'leftanti',
  rightanti: 'rightanti', rightantisemi: 'rightanti',
};

function join(node, left, scope) {
  const kind = parameterText(node, 'kind') ?? 'innerunique';
  const flavor = KINDS[kind] ?? unsupported(`join of kind ${kind}`, node);
  const right = tabular.compileTable(p.expressions(node).find(p.isTable), scope);
  const on = pairs(node, left, right);
  const leftKey = keyOf(on.map(([l]) => l), left.columns);
  const rightKey = keyOf(on.map(([, r]) => r), right.columns);
  if (flavor.endsWith('semi') || flavor.endsWith('anti')) {
    const [kept, keptKey, other, otherKey] = flavor.startsWith('left') ? [left, leftKey, right, rightKey] : [right, rightKey, left, leftKey];
    const wanted = flavor.endsWith('semi');
    return Table.streaming(kept.columns, (visit) => {
      const found = new Set();
      other.each((row) => found.add(otherKey(row)));
      found.delete(null);
      kept.each((row) => {
        if (found.has(keptKey(row)) === wanted) visit(row);
      });
    });
  }
  const columns = unique([...left.columns, ...right.columns]);
  const outerLeft = flavor === 'leftouter' || flavor === 'fullouter';
  const outerRight = flavor === 'rightouter' || flavor === 'fullouter';
  return Table.streaming(columns, (visit) => {
    const rightRows = right.rows();
    const found = index(rightRows, rightKey);
    const source = kind === 'innerunique' ? firstOfEach(left, leftKey) : left;
    const seen = new Set();
    match(source, leftKey, found, outerLeft ? blank(right.columns) : null, visit, outerRight ? seen : null);
    if (!outerRight) return;
    const none = blank(left.columns);
    for (const row of rightRows) {
      const key = rightKey(row);
      if (key === null || !seen.has(key)) visit([...none, ...row]);
    }
  });
}

// match pairs the rows of a table with those found for their keys. otherwise is what a row
// without a match is paired with, if anything. seen collects the keys.
function match(table, key, found, otherwise, visit, seen = null) {
  table.each((row) => {
    const k = key(row);
    if (seen) seen.add(k);
    const same = found.get(k);
    if (same) for (const other of same) visit(row.concat(other));
    else if (otherwise) visit(row.concat(otherwise));
  });
}

function lookup(node, left, scope) {
  const kind = parameterText(node, 'kind') ?? 'leftouter';
  if (kind !== 'leftouter' && kind !== 'inner') unsupported(`lookup of kind ${kind}`, node);
  const right = tabular.compileTable(p.expressions(node).find(p.isTable), scope);
  const on = pairs(node, left, right);
  const keySlots = on.map(([, r]) => r);
  const added = right.columns.map((_, i) => i).filter((i) => !keySlots.includes(i));
  const addedColumns = added.map((i) => right.columns[i]);
  const columns = unique([...left.columns, ...addedColumns]);
  return Table.streaming(columns, (visit) => {
    const found = new Map();
    for (const [key, rows] of index(right.rows(), keyOf(keySlots, right.columns))) {
      found.set(key, rows.map((row) => added.map((i) => row[i])));
    }
    const leftKey = keyOf(on.map(([l]) => l), left.columns);
    match(left, leftKey, found, kind === 'leftouter' ? blank(addedColumns) : null, visit);
  });
}

module.exports = { JoinOperator: join, LookupOperator: lookup };
Object.defineProperty(module.exports, 'blank', { value: blank }); // not an operator's kind
