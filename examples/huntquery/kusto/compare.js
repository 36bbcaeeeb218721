'use strict';
// Equality and order of values, chosen by the types of the operands.
const { NUMBERS } = require('./arithmetic');
const { plain, toDecimal, to } = require('./convert');

const ORDERED = new Set(['datetime', 'timespan', 'string', 'bool', 'guid']);

// order returns a function that compares two values that are not null: below 0, 0, above 0,
// or NaN where one is not a number. It is null where the types cannot be compared.
function order(left, right) {
  if (left === 'decimal' || right === 'decimal') {
    if (!NUMBERS.has(left) || !NUMBERS.has(right)) return null;
    return (a, b) => toDecimal(a, left).compare(toDecimal(b, right));
  }
  const direct = (NUMBERS.has(left) && NUMBERS.has(right)) || (left === right && ORDERED.has(left));
  if (direct) return (a, b) => (a < b ? -1 : a > b ? 1 : a == b ? 0 : NaN);
  if (left === 'bool' && NUMBERS.has(right)) return (a, b) => Number(a) - Number(b);
  if (NUMBERS.has(left) && right === 'bool') return (a, b) => Number(a) - Number(b);
  return null;
}

// equality returns a function that says whether two values that are not null are equal.
function equality(left, right) {
  if (left === right && (ORDERED.has(left) || left === 'int' || left === 'long')) return (a, b) => a === b;
  const compare = order(left, right);
  return compare && ((a, b) => compare(a, b) === 0);
}

// unpack turns a dynamic value into one of a type, if it holds one of that kind; a dynamic
// text may hold a time or a GUID. It returns undefined where the kinds differ.
function unpack(value, type) {
  if (value === null) return null;
  const [inner, own] = plain(value);
  if (own === type) return inner;
  if (NUMBERS.has(own) && NUMBERS.has(type)) return own === 'long' && type === 'real' ? Number(inner) : type === 'decimal' ? toDecimal(inner, own) : inner;
  if (own === 'bool' && NUMBERS.has(type)) return inner ? 1 : 0;
  if (own === 'string' && ['datetime', 'timespan', 'guid'].includes(type)) return to(type)(inner, own) ?? undefined;
  return undefined;
}

module.exports = { order, equality, unpack };
