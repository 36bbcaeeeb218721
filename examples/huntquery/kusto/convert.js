'use strict';
// Conversions between the types, as the functions tolong(), tostring() and so on make them.
// Each takes a value and the type that it has; what cannot be converted becomes null.
const int = require('./integers');
const times = require('./times');
const { Tagged, parse, realText, text: dynamicText } = require('./dynamics');
const { Decimal } = require('./decimals');

// plain takes the value out of a dynamic one and says of which type it is.
function plain(value) {
  if (value instanceof Tagged) return [value.value, value.type];
  switch (typeof value) {
    case 'string': return [value, 'string'];
    case 'boolean': return [value, 'bool'];
    case 'number': case 'bigint': return [value, 'long'];
    default: return [null, 'dynamic'];
  }
}

// conversion lets a dynamic value be converted as the value inside it.
function conversion(convert) {
  return (value, type) => {
    if (value === null) return null;
    return type === 'dynamic' ? convert(...plain(value)) : convert(value, type);
  };
}

function number(text) {
  const trimmed = text.trim();
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return Number(trimmed);
  if (/^0x[0-9a-f]+$/i.test(trimmed)) return Number(trimmed);
  if (/^[+]?(inf|infinity)$/i.test(trimmed)) return Infinity;
  if (/^-(inf|infinity)$/i.test(trimmed)) return -Infinity;
  return /^nan$/i.test(trimmed) ? NaN : null;
}

const toLong = conversion((value, type) => {
  switch (type) {
    case 'int': case 'long': return value;
    case 'bool': return value ? 1 : 0;
    case 'real': return int.fromReal(value);
    case 'decimal': return int.fromReal(value.toNumber());
    case 'datetime': return times.toTicks(value);
    case 'timespan': return value;
    case 'string': {
      const whole = int.parse(value);
      if (whole !== null) return whole;
      const real = number(value);
      return real === null ? null : int.fromReal(real);
    }
    default: return null;
  }
});

const toInt = (value, type) => {
  const long = toLong(value, type);
  return long !== null && int.fitsInt(long) ? long : null;
};

const toReal = conversion((value, type) => {
  switch (type) {
    case 'real': return value;
    case 'decimal': return value.toNumber();
    case 'string': return number(value);
    default: {
      const whole = toLong(value, type);
      return whole === null ? null : Number(whole);
    }
  }
});

const toDecimal = conversion((value, type) => {
  switch (type) {
    case 'decimal': return value;
    case 'real': return Decimal.parse(String(value));
    case 'string': return Decimal.parse(value);
    case 'int': case 'long': return Decimal.parse(String(value));
    default: return null;
  }
});

const toBool = conversion((value, type) => {
  switch (type) {
    case 'bool': return value;
    case 'int': case 'long': case 'real': return value != 0;
    case 'string': {
      const lower = value.trim().toLowerCase();
      if (lower === 'true' || lower === 'false') return lower === 'true';
      const whole = int.parse(lower);
      return whole === null ? null : whole != 0;
    }
    default: return null;
  }
});

const toDatetime = conversion((value, type) => {
  switch (type) {
    case 'datetime': return value;
    case 'string': return times.parse(value);
    case 'int': case 'long': return times.fromTicks(value);
    default: return null;
  }
});

const toTimespan = conversion((value, type) => {
  switch (type) {
    case 'timespan': return value;
    case 'string': return times.parseSpan(value);
    case 'int': case 'long': return value;
    default: return null;
  }
});

// The first 32 digits count, with or without hyphens; what follows is ignored.
const GUID = /^([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})/i;

const toGuid = conversion((value) => {
  const m = GUID.exec(String(value).trim());
  return m && m.slice(1).join('-').toLowerCase();
});

// toText never returns null: the text of null is empty.
function toText(value, type) {
  if (value === null) return '';
  switch (type) {
    case 'string': case 'guid': return value;
    case 'bool': return value ? 'true' : 'false';
    case 'real': return realText(value);
    case 'datetime': return times.text(value);
    case 'timespan': return times.spanText(value);
    case 'dynamic': return dynamicText(value);
    default: return String(value);
  }
}

// toDynamic parses text as JSON; text that is none stays text. The empty text is null.
function toDynamic(value, type) {
  if (type !== 'string') return value;
  if (value.trim() === '') return null;
  try {
    return parse(value);
  } catch {
    return value;
  }
}

const CONVERSIONS = {
  bool: toBool, int: toInt, long: toLong, real: toReal, decimal: toDecimal, datetime: toDatetime,
  timespan: toTimespan, guid: toGuid, string: toText, dynamic: toDynamic,
};

// to returns the conversion to a type.
function to(type) {
  const convert = CONVERSIONS[type];
  if (!convert) throw new Error(`kusto: unknown type ${type}`);
  return convert;
}

// cast takes a value of a type out of a dynamic one and converts nothing but numbers; it is
// what "to typeof()" does.
function cast(value, type) {
  if (value === null) return type === 'string' ? '' : null;
  if (type === 'dynamic') return value;
  if (type === 'string') return dynamicText(value);
  const [inner, own] = plain(value);
  const numbers = ['int', 'long', 'real', 'decimal'];
  if (own === type || (numbers.includes(own) && numbers.includes(type))) return to(type)(inner, own);
  if (own === 'string' && ['datetime', 'timespan', 'guid'].includes(type)) return to(type)(inner, own);
  return null;
}

module.exports = { to, cast, plain, toReal, toText, toDecimal };
