'use strict';
// Compiles the operators that yield a bool: comparisons, and, or, in, between, has and so on.
exports.compile = compile; // first, because the compilers need each other
const p = require('./parser');
const { combine } = require('./scope');
const { order, equality, unpack } = require('./compare');
const { WHOLE } = require('./arithmetic');
const { toText } = require('./convert');
const terms = require('./terms');
const regexes = require('./regexes');
const int = require('./integers');
const { key, wrap } = require('./dynamics');
const { unsupported } = require('./errors');
const expressions = require('./expressions');
const tabular = require('./tabular');

const lower = (text) => text.toLowerCase();

// Operators of two texts. Those without _cs ignore case.
const TEXT = {
  Has: terms.has, HasPrefix: terms.hasPrefix, HasSuffix: terms.hasSuffix,
  Contains: (text, part) => text.includes(part),
  StartsWith: (text, part) => text.startsWith(part),
  EndsWith: (text, part) => text.endsWith(part),
};
const ORDER = {
  LessThanExpression: (n) => n < 0, LessThanOrEqualExpression: (n) => n <= 0,
  GreaterThanExpression: (n) => n > 0, GreaterThanOrEqualExpression: (n) => n >= 0,
};
const OTHERS = {
  AndExpression: and, OrExpression: or, EqualExpression: equal, NotEqualExpression: equal,
  EqualTildeExpression: equalTilde, BangTildeExpression: equalTilde, MatchesRegexExpression: matches,
  BetweenExpression: between, NotBetweenExpression: between,
  InExpression: inList, NotInExpression: inList, InCsExpression: inList, NotInCsExpression: inList,
  HasAnyExpression: hasList, HasAllExpression: hasList,
};

// KINDS maps the kind of a node to its compiler.
const KINDS = new Map(Object.entries(OTHERS));
exports.KINDS = KINDS;
for (const kind of Object.keys(ORDER)) KINDS.set(kind, ordered);
for (const [name, test] of Object.entries(TEXT)) {
  for (const not of ['', 'Not']) {
    KINDS.set(`${not}${name}Expression`, textual(test, not !== '', true));
    KINDS.set(`${not}${name}CsExpression`, textual(test, not !== '', false));
  }
}

function compile(node, scope) {
  return KINDS.get(p.kind(node))(node, (n) => expressions.compile(n, scope), scope);
}

// A false operand decides "and" and a true one decides "or", whatever the other is.
function and(node, sub) {
  const [left, right] = p.expressions(node).map(sub);
  return combine('bool', [left, right], (row) => {
    const a = left.eval(row);
    if (a === false) return false;
    const b = right.eval(row);
    return b === false ? false : a === null || b === null ? null : true;
  });
}

function or(node, sub) {
  const [left, right] = p.expressions(node).map(sub);
  return combine('bool', [left, right], (row) => {
    const a = left.eval(row);
    if (a === true) return true;
    const b = right.eval(row);
    return b === true ? true : a === null || b === null ? null : false;
  });
}

// operands makes a dynamic operand comparable with a constant of another type.
function operands(node, left, right) {
  if (left.type !== 'dynamic' && right.type !== 'dynamic') return [left, right];
  const [value, other] = left.type === 'dynamic' ? [left, right] : [right, left];
  if (other.type === 'dynamic' || !other.constant) {
    unsupported(`comparing ${left.type} and ${right.type} without a conversion`, node);
  }
  const unpacked = combine(other.type, [value], (row) => {
    const found = unpack(value.eval(row), other.type);
    if (found === undefined) unsupported(`a dynamic value that is no ${other.type}`, node);
    return found;
  });
  return left.type === 'dynamic' ? [unpacked, other] : [other, unpacked];
}

function equal(node, sub) {
  const [left, right] = operands(node, ...p.expressions(node).map(sub));
  const same = equality(left.type, right.type);
  if (!same) unsupported(`comparing ${left.type} and ${right.type}`, node);
  const not = p.kind(node) === 'NotEqualExpression';
  const a = left.eval;
  const b = right.eval;
  return combine('bool', [left, right], (row) => {
    const x = a(row);
    const y = b(row);
    if (x === null || y === null) return x === y ? null : not;
    return same(x, y) !== not;
  });
}

function ordered(node, sub) {
  const [left, right] = operands(node, ...p.expressions(node).map(sub));
  const compare = order(left.type, right.type);
  if (!compare) unsupported(`comparing ${left.type} and ${right.type}`, node);
  const accept = ORDER[p.kind(node)];
  const a = left.eval;
  const b = right.eval;
  return combine('bool', [left, right], (row) => {
    const x = a(row);
    if (x === null) return null;
    const y = b(row);
    return y === null ? null : accept(compare(x, y));
  });
}

function between(node, sub) {
  const [subject, couple] = p.expressions(node);
  const value = sub(subject);
  const [from, to] = p.expressions(couple).map(sub);
  const low = order(value.type, from.type);
  // "datetime between (datetime .. timespan)" counts the end from the start.
  const offset = value.type === 'datetime' && to.type === 'timespan';
  const high = order(value.type, offset ? 'datetime' : to.type);
  if (!low || !high) unsupported(`${value.type} between ${from.type} and ${to.type}`, node);
  const not = p.kind(node) === 'NotBetweenExpression';
  return combine('bool', [value, from, to], (row) => {
    const v = value.eval(row);
    const a = from.eval(row);
    const b = to.eval(row);
    if (v === null || a === null || b === null) return null;
    return (low(v, a) >= 0 && high(v, offset ? int.add(a, b) : b) <= 0) !== not;
  });
}

function textual(test, not, fold) {
  return (node, sub) => {
    const [left, right] = p.expressions(node).map(sub);
    const a = textOf(left, fold);
    const b = textOf(right, fold);
    return combine('bool', [left, right], (row) => test(a(row), b(row)) !== not);
  };
}

// textOf evaluates to text, in lower case if case does not count.
function textOf(expr, fold) {
  const text = expr.type === 'string' ? expr.eval : (row) => toText(expr.eval(row), expr.type);
  if (!fold) return text;
  if (!expr.constant) return (row) => lower(text(row));
  const folded = combine('string', [expr], () => lower(text()));
  return folded.eval;
}

function equalTilde(node, sub) {
  return textual((a, b) => a === b, p.kind(node) === 'BangTildeExpression', true)(node, sub);
}

function matches(node, sub) {
  const [left, right] = p.expressions(node).map(sub);
  const text = textOf(left, false);
  return combine('bool', [left, right], (row) => regexes.test(right.eval(row), text(row)));
}

// listed returns the expressions of a list and the values of its tables and arrays.
function listed(node, sub, scope) {
  const [subject, list] = p.expressions(node);
  const items = p.elements(p.lists(list)[0]).map((item) => {
    if (!p.isTable(item)) return sub(item);
    const table = tabular.compileTable(item, scope);
    const { type } = table.columns[0];
    const values = combine('table', [], () => table.rows().map((row) => row[0]));
    values.itemType = type;
    return values;
  });
  return [sub(subject), items];
}

// itemsOf evaluates a listed item to pairs of value and type.
function itemsOf(item, row) {
  const value = item.eval(row);
  if (item.type === 'table') return value.map((v) => [v, item.itemType]);
  if (item.type === 'dynamic') return (Array.isArray(value) ? value : [value]).map((v) => [v, 'dynamic']);
  return [[value, item.type]];
}

function inList(node, sub, scope) {
  const [subject, items] = listed(node, sub, scope);
  const kind = p.kind(node);
  const fold = kind.endsWith('CsExpression'); // the parser's name of in~ is "InCs"
  const not = kind.startsWith('Not');
  const type = fold ? 'string' : subject.type;
  const value = fold ? textOf(subject, true) : subject.eval;
  for (const item of items) {
    const other = item.type === 'table' ? item.itemType : item.type;
    const comparable = type === other || (WHOLE.has(type) && WHOLE.has(other)) || type === 'dynamic' || other === 'dynamic';
    if (!fold && (!comparable || other === 'decimal')) unsupported(`comparing ${type} and ${other}`, node);
  }
  // normal brings all values to one form, so that a Set can find them.
  const normal = (v, own) => {
    if (v === null) return null;
    if (fold) return lower(toText(v, own));
    if (type === 'dynamic') return key(wrap(v, own));
    return own === 'dynamic' ? unpack(v, type) : v;
  };
  const collect = (row) => new Set(items.flatMap((item) => itemsOf(item, row)).map(([v, own]) => normal(v, own)));
  const fixed = combine('set', items, collect);
  return combine('bool', [subject, ...items], (row) => {
    const set = fixed.eval(row);
    const v = value(row);
    if (v === null) return set.has(null) ? null : not;
    return set.has(type === 'dynamic' ? key(v) : v) !== not;
  });
}

function hasList(node, sub, scope) {
  const [subject, items] = listed(node, sub, scope);
  const text = textOf(subject, true);
  const words = combine('list', items, (row) =>
    items.flatMap((item) => itemsOf(item, row)).map(([v, own]) => lower(toText(v, own))));
  const every = p.kind(node) === 'HasAllExpression';
  return combine('bool', [subject, ...items], (row) => {
    const found = text(row);
    const list = words.eval(row);
    return every ? list.every((word) => terms.has(found, word)) : list.some((word) => terms.has(found, word));
  });
}
