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
function firstOfEach(rows, key) {
  const seen = new Set();
  return rows.filter((row) => {
    const k = key(row);
    if (k === null || seen.has(k)) return false;
    seen.add(k);
    return true;
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
    return new Table(kept.columns, () => {
      const found = new Set(other.rows().map(otherKey));
      found.delete(null);
      return kept.rows().filter((row) => found.has(keptKey(row)) === wanted);
    });
  }
  const columns = unique([...left.columns, ...right.columns]);
  return new Table(columns, () => {
    const leftRows = kind === 'innerunique' ? firstOfEach(left.rows(), leftKey) : left.rows();
    const rightRows = right.rows();
    const found = index(rightRows, rightKey);
    const joined = matched(leftRows, leftKey, found, flavor === 'leftouter' || flavor === 'fullouter' ? blank(right.columns) : null);
    if (flavor === 'rightouter' || flavor === 'fullouter') {
      const keys = new Set(leftRows.map(leftKey));
      const none = blank(left.columns);
      for (const row of rightRows) {
        const key = rightKey(row);
        if (key === null || !keys.has(key)) joined.push([...none, ...row]);
      }
    }
    return joined;
  });
}

// matched pairs rows; otherwise is what a row without a match is paired with, if anything.
function matched(rows, key, found, otherwise, take = (row) => row) {
  const joined = [];
  for (const row of rows) {
    const same = found.get(key(row));
    if (same) for (const other of same) joined.push([...row, ...take(other)]);
    else if (otherwise) joined.push([...row, ...otherwise]);
  }
  return joined;
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
  return new Table(columns, () => {
    const found = index(right.rows(), keyOf(keySlots, right.columns));
    const leftKey = keyOf(on.map(([l]) => l), left.columns);
    return matched(left.rows(), leftKey, found, kind === 'leftouter' ? blank(addedColumns) : null, (row) => added.map((i) => row[i]));
  });
}

module.exports = { JoinOperator: join, LookupOperator: lookup };
Object.defineProperty(module.exports, 'blank', { value: blank }); // not an operator's kind
