'use strict';
// Functions of dynamic arrays and sets.
const { dynamic, special } = require('./define');
const { combine } = require('../scope');
const { unsupported } = require('../errors');
const { key, wrap, text } = require('../dynamics');
const { plain } = require('../convert');
const { NUMBERS } = require('../arithmetic');
const int = require('../integers');

const arrays = (fn) => dynamic((first, ...rest) => (Array.isArray(first) ? fn(first, ...rest) : null));

function slice(array, from, to) {
  const place = (index) => (index < 0 ? Math.max(0, array.length + index) : index);
  return array.slice(place(from), place(to) + 1);
}

function indexOf(array, value, start = 0, length = -1, occurrence = 1) {
  const from = start < 0 ? Math.max(0, array.length + start) : start;
  const end = length < 0 ? array.length : Math.min(array.length, from + length);
  const wanted = key(value);
  let seen = 0;
  for (let i = from; i < end; i++) {
    if (key(array[i]) === wanted && ++seen === occurrence) return i;
  }
  return -1;
}

// sum adds numbers; anything else has no sum.
function sum(array) {
  const values = array.map(plain);
  if (!values.every(([, type]) => NUMBERS.has(type))) return null;
  return values.reduce((total, [value]) => total + Number(value), 0);
}

function unique(values) {
  const found = new Map();
  for (const value of values) if (!found.has(key(value))) found.set(key(value), value);
  return [...found.values()];
}

const keysOf = (array) => new Set(array.map(key));
const union = (...sets) => (sets.every(Array.isArray) ? unique(sets.flat()) : null);
const intersect = (first, ...others) => {
  if (![first, ...others].every(Array.isArray)) return null;
  const sets = others.map(keysOf);
  return unique(first).filter((value) => sets.every((set) => set.has(key(value))));
};
const difference = (first, ...others) => {
  if (![first, ...others].every(Array.isArray)) return null;
  const sets = others.map(keysOf);
  return unique(first).filter((value) => !sets.some((set) => set.has(key(value))));
};

// sort orders arrays by their first one and moves the items of the others with it.
const sort = (direction) => special((call) => {
  const nullsLast = call.args.length > 1 && call.args.at(-1).type === 'bool' ? call.args.at(-1) : null;
  const args = nullsLast ? call.args.slice(0, -1) : call.args;
  if (args.length > 1) unsupported(`${call.name}() of several arrays`, call.node);
  return combine('dynamic', call.args, (row) => {
    const array = args[0].eval(row);
    if (!Array.isArray(array)) return null;
    const last = nullsLast ? nullsLast.eval(row) : true;
    const nulls = array.filter((value) => value === null);
    const sorted = array.filter((value) => value !== null).sort((a, b) => direction * compare(a, b, call));
    return last ? [...sorted, ...nulls] : [...nulls, ...sorted];
  });
});

function compare(a, b, call) {
  const [x, type] = plain(a);
  const [y, other] = plain(b);
  if ((type !== other && !(NUMBERS.has(type) && NUMBERS.has(other))) || type === 'dynamic') {
    return unsupported(`sorting ${type} with ${other}`, call.node);
  }
  return x < y ? -1 : x > y ? 1 : 0;
}

const MOST = 1048576; // the values of an array that range() makes

// range yields an array from a start to an end; times become times.
function range(call) {
  const [from, to, step] = call.args;
  const type = call.args.some((arg) => arg.type === 'real') ? 'real' : from.type;
  return combine('dynamic', call.args, (row) => {
    const [a, b] = [from.eval(row), to.eval(row)];
    const by = step ? step.eval(row) : { datetime: 36000000000, timespan: 36000000000 }[type] || 1;
    if (a === null || b === null || by === null || by == 0) return null;
    const next = type === 'real' ? (v) => Number(v) + Number(by) : (v) => int.add(v, by);
    const result = [];
    for (let v = a; by > 0 ? v <= b : v >= b; v = next(v)) {
      if (result.length === MOST) break;
      result.push(wrap(type === 'real' ? Number(v) : v, type));
    }
    return result;
  });
}

// truth takes bools and numbers; anything else is neither true nor false.
function truth(value) {
  const [inner, type] = plain(value);
  return type === 'bool' ? inner : NUMBERS.has(type) ? inner != 0 : null;
}

function iff(conditions, yes, no) {
  if (!Array.isArray(conditions)) return null;
  const item = (value, i) => (Array.isArray(value) ? value[i] ?? null : value);
  return conditions.map((condition, i) => {
    const holds = truth(condition);
    return holds === null ? null : item(holds ? yes : no, i);
  });
}

function repeat(value, count) {
  const times = plain(count)[0];
  return times < 0 ? null : Array(Number(times)).fill(value);
}

function shift(array, by, fill = null) {
  return array.map((_, i) => array[i + by] ?? fill);
}

module.exports = {
  array_length: arrays((array) => array.length),
  array_concat: dynamic((...all) => (all.every(Array.isArray) ? all.flat() : unsupported('array_concat() of what is no array')), true),
  array_slice: arrays(slice),
  array_index_of: arrays(indexOf),
  array_sum: arrays(sum),
  array_reverse: arrays((array) => [...array].reverse()),
  array_sort_asc: sort(1),
  array_sort_desc: sort(-1),
  array_iff: dynamic(iff, true),
  array_iif: dynamic(iff, true),
  array_shift_left: arrays(shift),
  array_shift_right: arrays((array, by, fill) => shift(array, -by, fill)),
  set_has_element: dynamic((array, value) => (Array.isArray(array) ? keysOf(array).has(key(value)) : null), true),
  set_union: dynamic(union, true),
  set_intersect: dynamic(intersect, true),
  set_difference: dynamic(difference, true),
  pack_array: dynamic((...all) => all, true),
  strcat_array: arrays((array, delimiter) => array.map(text).join(delimiter)),
  range: special(range),
  repeat: dynamic(repeat, true),
  zip: dynamic((...all) => {
    const length = Math.max(...all.map((a) => a.length));
    return Array.from({ length }, (_, i) => all.map((a) => a[i] ?? null));
  }),
};
