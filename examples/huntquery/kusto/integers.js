'use strict';
// Whole numbers of 64 bits. A value is a number while it is safe (up to 2^53) and a BigInt
// beyond, so every value has one form and most arithmetic is that of plain numbers.
// Longs, datetimes (see times.js) and timespans are kept this way.

const MAX = Number.MAX_SAFE_INTEGER;
const BIG_MAX = BigInt(MAX);

// normal wraps a BigInt to 64 bits and returns its one form.
function normal(big) {
  const wrapped = BigInt.asIntN(64, big);
  return wrapped <= BIG_MAX && wrapped >= -BIG_MAX ? Number(wrapped) : wrapped;
}

function safe(n) {
  return n <= MAX && n >= -MAX;
}

function add(a, b) {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (safe(sum)) return sum;
  }
  return normal(BigInt(a) + BigInt(b));
}

function subtract(a, b) {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (safe(difference)) return difference;
  }
  return normal(BigInt(a) - BigInt(b));
}

function multiply(a, b) {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    if (safe(product)) return product + 0; // + 0 makes 0 of -0
  }
  return normal(BigInt(a) * BigInt(b));
}

// divide cuts towards zero. Division by zero has no value.
function divide(a, b) {
  if (typeof a === 'number' && typeof b === 'number') {
    return b === 0 ? null : (a - (a % b)) / b + 0;
  }
  return b == 0 ? null : normal(BigInt(a) / BigInt(b));
}

// modulo is never negative: 0 <= a % b < |b|.
function modulo(a, b) {
  if (b == 0) return null;
  if (typeof a === 'number' && typeof b === 'number') {
    const rest = a % b;
    return (rest < 0 ? rest + Math.abs(b) : rest) + 0;
  }
  const divisor = BigInt(b) < 0n ? -BigInt(b) : BigInt(b);
  const rest = BigInt(a) % divisor;
  return normal(rest < 0n ? rest + divisor : rest);
}

function negate(a) {
  return subtract(0, a);
}

// floorTo returns the largest multiple of step that is not above a. A step of zero or
// less has none.
function floorTo(a, step) {
  return step > 0 ? subtract(a, modulo(a, step)) : null;
}

// fromReal cuts a real towards zero. Reals that do not fit into 64 bits have no value.
function fromReal(real) {
  if (!Number.isFinite(real)) return null;
  const whole = Math.trunc(real);
  if (safe(whole)) return whole + 0;
  return Math.abs(whole) < 2 ** 63 || whole === -(2 ** 63) ? normal(BigInt(whole)) : null;
}

// parse reads decimal and 0x texts; anything else is null.
function parse(text) {
  const trimmed = text.trim();
  if (/^[+-]?\d+$/.test(trimmed)) {
    const big = BigInt(trimmed.replace('+', ''));
    return BigInt.asIntN(64, big) === big ? normal(big) : null;
  }
  const hex = /^([+-]?)(0x[0-9a-f]{1,16})$/i.exec(trimmed);
  if (!hex) return null;
  return normal(hex[1] === '-' ? -BigInt(hex[2]) : BigInt(hex[2]));
}

const fitsInt = (a) => a >= -2147483648 && a <= 2147483647;

// bits applies an operation of BigInts.
const bits = (operation) => (a, b) => normal(operation(BigInt(a), BigInt(b)));

module.exports = {
  normal, add, subtract, multiply, divide, modulo, negate, floorTo, fromReal, parse, fitsInt, bits,
};
