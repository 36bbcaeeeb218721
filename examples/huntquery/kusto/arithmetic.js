'use strict';
// The operators + - * / % and the sign, chosen by the types of their operands.
const int = require('./integers');
const times = require('./times');
const { toReal, toDecimal } = require('./convert');

const WHOLE = new Set(['int', 'long']);
const NUMBERS = new Set(['int', 'long', 'real', 'decimal']);

const realModulo = (a, b) => {
  const rest = a % b;
  return rest < 0 ? rest + Math.abs(b) : rest;
};

const OPERATIONS = {
  '+': { whole: int.add, real: (a, b) => a + b, decimal: (a, b) => a.add(b) },
  '-': { whole: int.subtract, real: (a, b) => a - b, decimal: (a, b) => a.subtract(b) },
  '*': { whole: int.multiply, real: (a, b) => a * b, decimal: (a, b) => a.multiply(b) },
  '/': { whole: int.divide, real: (a, b) => a / b, decimal: (a, b) => a.divide(b) },
  '%': { whole: int.modulo, real: realModulo },
};

// Times, as "left operator right".
const scale = (span, factor) => int.fromReal(Number(span) * factor);
const TIMES = {
  'datetime + timespan': (a, b) => times.inRange(int.add(a, b)),
  'timespan + datetime': (a, b) => times.inRange(int.add(a, b)),
  'datetime - timespan': (a, b) => times.inRange(int.subtract(a, b)),
  'datetime - datetime': int.subtract,
  'timespan + timespan': int.add,
  'timespan - timespan': int.subtract,
  'timespan / timespan': (a, b) => Number(a) / Number(b),
  'timespan % timespan': int.modulo,
  'datetime % timespan': (a, b) => int.subtract(a, times.floorTo(a, b)),
  'timespan * whole': int.multiply,
  'whole * timespan': int.multiply,
  'timespan * real': scale,
  'real * timespan': (a, b) => scale(b, a),
  'timespan / whole': int.divide,
  'timespan / real': (a, b) => int.fromReal(Number(a) / b),
};

// operation returns the function of two values that are not null, or null if there is none.
function operation(operator, left, right) {
  if (NUMBERS.has(left) && NUMBERS.has(right)) {
    const forms = OPERATIONS[operator];
    if (WHOLE.has(left) && WHOLE.has(right)) return forms.whole;
    if (left === 'decimal' || right === 'decimal') {
      return forms.decimal ? (a, b) => forms.decimal(toDecimal(a, left), toDecimal(b, right)) : null;
    }
    if (left === 'real' && right === 'real') return forms.real;
    return (a, b) => forms.real(toReal(a, left), toReal(b, right));
  }
  const name = (type) => (WHOLE.has(type) ? 'whole' : type);
  return TIMES[`${name(left)} ${operator} ${name(right)}`] || null;
}

function negation(type) {
  if (WHOLE.has(type) || type === 'timespan') return int.negate;
  if (type === 'real') return (a) => -a;
  if (type === 'decimal') return (a) => a.negate();
  return null;
}

module.exports = { operation, negation, WHOLE, NUMBERS };
