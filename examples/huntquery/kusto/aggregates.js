'use strict';
// Aggregate functions. Each definition gets the compiled arguments and returns a function
// that starts a group: an object with add(row) and value().
const { unsupported } = require('./errors');
const { order } = require('./compare');
const { key, wrap } = require('./dynamics');
const int = require('./integers');

const MOST = 1048576; // the default limit of make_list() and make_set()

const always = () => true;
const condition = (expr) => (expr ? (row) => expr.eval(row) === true : always);

// fold makes an aggregate of a first value and a step.
const fold = (initial, step, finish = (state) => state) => () => {
  let state = initial();
  return {
    add: (row) => {
      state = step(state, row);
    },
    value: () => finish(state),
  };
};

const count = (when) => fold(() => 0, (n, row) => (when(row) ? n + 1 : n));

// identity gives equal values the same key of a Map.
function identity(type) {
  if (type === 'dynamic') return key;
  return type === 'decimal' ? String : (value) => value;
}

// distinct counts values exactly; Kusto's dcount() is exact for small sets too. Null does
// not count, the empty text does.
function distinct(expr, when) {
  const id = identity(expr.type);
  return fold(() => new Set(), (seen, row) => {
    const value = when(row) ? expr.eval(row) : null;
    return value === null ? seen : seen.add(id(value));
  }, (seen) => seen.size);
}

const ADD = {
  int: int.add, long: int.add, timespan: int.add, real: (a, b) => a + b, decimal: (a, b) => a.add(b),
};

function sum(expr, when, call) {
  const add = ADD[expr.type];
  if (!add) unsupported(`${call.name}() of ${expr.type}`, call.node);
  return fold(() => null, (total, row) => {
    const value = when(row) ? expr.eval(row) : null;
    return value === null ? total : total === null ? value : add(total, value);
  }, (total) => total ?? 0);
}

function average(expr, when, call) {
  const add = ADD[expr.type];
  if (!add) unsupported(`${call.name}() of ${expr.type}`, call.node);
  return fold(() => ({ total: null, n: 0 }), (state, row) => {
    const value = when(row) ? expr.eval(row) : null;
    if (value === null) return state;
    return { total: state.total === null ? value : add(state.total, value), n: state.n + 1 };
  }, ({ total, n }) => {
    if (expr.type === 'timespan') return n === 0 ? null : int.divide(total, n);
    if (n === 0) return NaN;
    return (expr.type === 'decimal' ? total.toNumber() : Number(total)) / n;
  });
}

function extreme(expr, when, better, call) {
  const compare = order(expr.type, expr.type);
  if (!compare || expr.type === 'guid') unsupported(`${call.name}() of ${expr.type}`, call.node);
  return fold(() => null, (best, row) => {
    const value = when(row) ? expr.eval(row) : null;
    if (value === null) return best;
    return best === null || better(compare(value, best)) ? value : best;
  });
}

// anyOf prefers a value that is neither null nor empty, as take_any() does.
const anyOf = (expr, when) => fold(() => null, (state, row) => {
  if ((state !== null && state !== '') || !when(row)) return state;
  return expr.eval(row) ?? state;
}, (state) => state ?? (expr.type === 'string' ? '' : null));

const limit = (expr) => (expr ? Number(expr.eval()) : MOST);

// list collects values in the order of the rows; null is left out.
function list(expr, when, most, nulls = false) {
  return fold(() => [], (items, row) => {
    if (items.length >= most || !when(row)) return items;
    const value = wrap(expr.eval(row), expr.type);
    if (value !== null || nulls) items.push(value);
    return items;
  });
}

function set(expr, when, most) {
  const id = identity(expr.type);
  return fold(() => new Map(), (found, row) => {
    const value = when(row) ? expr.eval(row) : null;
    if (value === null || found.size >= most) return found;
    // The items of an array are items of the set.
    const items = Array.isArray(value) ? value : [value];
    for (const item of items) {
      if (item !== null && !found.has(id(item)) && found.size < most) found.set(id(item), wrap(item, expr.type));
    }
    return found;
  }, (found) => [...found.values()]);
}

// bag merges property bags; the first value of a key stays.
function bag(expr, when, most) {
  return fold(() => new Map(), (merged, row) => {
    const value = when(row) ? expr.eval(row) : null;
    if (!(value instanceof Map)) return merged;
    for (const [name, item] of value) if (!merged.has(name) && merged.size < most) merged.set(name, item);
    return merged;
  });
}

const less = (n) => n < 0;
const more = (n) => n > 0;

const DEFINITIONS = {
  count: () => count(always),
  countif: ([when]) => count(condition(when)),
  dcount: ([expr]) => distinct(expr, always),
  dcountif: ([expr, when]) => distinct(expr, condition(when)),
  count_distinct: ([expr]) => distinct(expr, always),
  count_distinctif: ([expr, when]) => distinct(expr, condition(when)),
  sum: ([expr], call) => sum(expr, always, call),
  sumif: ([expr, when], call) => sum(expr, condition(when), call),
  avg: ([expr], call) => average(expr, always, call),
  avgif: ([expr, when], call) => average(expr, condition(when), call),
  min: ([expr], call) => extreme(expr, always, less, call),
  minif: ([expr, when], call) => extreme(expr, condition(when), less, call),
  max: ([expr], call) => extreme(expr, always, more, call),
  maxif: ([expr, when], call) => extreme(expr, condition(when), more, call),
  take_any: ([expr]) => anyOf(expr, always),
  take_anyif: ([expr, when]) => anyOf(expr, condition(when)),
  any: ([expr]) => anyOf(expr, always),
  anyif: ([expr, when]) => anyOf(expr, condition(when)),
  make_list: ([expr, most]) => list(expr, always, limit(most)),
  make_list_if: ([expr, when, most]) => list(expr, condition(when), limit(most)),
  make_list_with_nulls: ([expr]) => list(expr, always, MOST, true),
  make_set: ([expr, most]) => set(expr, always, limit(most)),
  make_set_if: ([expr, when, most]) => set(expr, condition(when), limit(most)),
  make_bag: ([expr, most]) => bag(expr, always, limit(most)),
  make_bag_if: ([expr, when, most]) => bag(expr, condition(when), limit(most)),
};

// pick remembers the row with the least or greatest value; of equals the first one. It is
// arg_min() and arg_max(). Rows whose value is null count only if there is no other.
function pick(expr, better, call) {
  const compare = order(expr.type, expr.type);
  if (!compare) unsupported(`${call.name}() of ${expr.type}`, call.node);
  return fold(() => ({ row: null, best: null }), (state, row) => {
    const value = expr.eval(row);
    if (state.row === null) return { row, best: value };
    if (value === null) return state;
    return state.best === null || better(compare(value, state.best)) ? { row, best: value } : state;
  }, ({ row }) => row);
}

const PICKS = { arg_max: more, arg_min: less };

module.exports = { DEFINITIONS, PICKS, pick };
