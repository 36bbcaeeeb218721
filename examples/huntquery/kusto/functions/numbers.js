'use strict';
// Mathematics, bin() and bits.
const { combine } = require('../scope');
const { special, typed } = require('./define');
const { unsupported } = require('../errors');
const { WHOLE } = require('../arithmetic');
const { toReal, toDecimal } = require('../convert');
const int = require('../integers');
const times = require('../times');

// real makes a function of reals out of a function of numbers.
const real = (fn) => special((call) => {
  const { args } = call;
  return combine('real', args, (row) => {
    const values = args.map((arg) => toReal(arg.eval(row), arg.type));
    return values.includes(null) ? null : fn(...values);
  });
});

// byType chooses the function by the type of the first argument.
const byType = (choose) => special((call) => {
  const { args } = call;
  const fn = choose(...args.map((arg) => arg.type));
  if (!fn) unsupported(`${call.name}() of ${args.map((arg) => arg.type).join(', ')}`, call.node);
  return combine(call.type, args, (row) => {
    const values = args.map((arg) => arg.eval(row));
    return values.includes(null) ? null : fn(...values);
  });
});

const realFloor = (value, step) => (step > 0 ? Math.floor(value / step) * step : null);

function bin(type, step) {
  if (WHOLE.has(type) && WHOLE.has(step)) return int.floorTo;
  if (type === 'timespan' && step === 'timespan') return int.floorTo;
  if (type === 'datetime' && step === 'timespan') return times.floorTo;
  if ((type === 'real' || WHOLE.has(type)) && (step === 'real' || WHOLE.has(step))) {
    return (value, size) => realFloor(Number(value), Number(size));
  }
  return null;
}

// binAt counts the bins from a fixed point instead of zero.
function binAt(type, step) {
  if ((WHOLE.has(type) && WHOLE.has(step)) || ((type === 'timespan' || type === 'datetime') && step === 'timespan')) {
    return (value, size, point) => {
      const floor = int.floorTo(int.subtract(value, point), size);
      return floor === null ? null : int.add(floor, point);
    };
  }
  if (type === 'real') return (value, size, point) => realFloor(value - point, Number(size)) + point;
  return null;
}

function round(type, precision) {
  if (WHOLE.has(type) && !precision) return (value) => value;
  if (type !== 'real' && !WHOLE.has(type)) return null;
  return (value, digits = 0) => {
    // Rounding the decimal text avoids that 1.005 * 100 is 100.49999999999999.
    const shifted = shift(Number(value), digits);
    if (!Number.isFinite(shifted)) return Number(value);
    const up = Math.abs(shifted) + 0.5;
    return shift(Math.sign(shifted) * Math.floor(up), -digits) + 0;
  };
}

function shift(value, digits) {
  const [mantissa, exponent = '0'] = String(value).split('e');
  return Number(`${mantissa}e${Number(exponent) + Number(digits)}`);
}

function abs(type) {
  if (WHOLE.has(type) || type === 'timespan') return (value) => (value < 0 ? int.negate(value) : value);
  if (type === 'decimal') return (value) => (value.compare(toDecimal('0', 'string')) < 0 ? value.negate() : value);
  return type === 'real' ? Math.abs : null;
}

function ceiling(type) {
  if (WHOLE.has(type)) return (value) => value;
  return type === 'real' ? (value) => Math.ceil(value) + 0 : null;
}

// shiftBits shifts by a count below 64; a negative count has no result.
const shiftBits = (operation) => (a, b) => (b < 0 ? null : int.normal(operation(BigInt(a), BigInt(b) % 64n)));

module.exports = {
  bin: byType(bin),
  bin_at: byType(binAt),
  floor: byType(bin),
  ceiling: byType(ceiling),
  round: byType(round),
  abs: byType(abs),
  sign: real(Math.sign),
  sqrt: real((x) => (x < 0 ? null : Math.sqrt(x))),
  pow: real((x, y) => x ** y),
  exp: real(Math.exp),
  exp2: real((x) => 2 ** x),
  exp10: real((x) => 10 ** x),
  log: real((x) => (x > 0 ? Math.log(x) : null)),
  log2: real((x) => (x > 0 ? Math.log2(x) : null)),
  log10: real((x) => (x > 0 ? Math.log10(x) : null)),
  pi: real(() => Math.PI),
  isnan: real(Number.isNaN),
  isinf: real((x) => x === Infinity || x === -Infinity),
  isfinite: real(Number.isFinite),
  binary_and: typed(int.bits((a, b) => a & b)),
  binary_or: typed(int.bits((a, b) => a | b)),
  binary_xor: typed(int.bits((a, b) => a ^ b)),
  binary_not: typed((a) => int.normal(~BigInt(a))),
  binary_shift_left: typed(shiftBits((a, b) => a << b)),
  binary_shift_right: typed(shiftBits((a, b) => a >> b)),
};
