'use strict';
// Values of the type dynamic. Text, bool and null are those of JavaScript; a whole number
// has the form of integers.js; an array is an Array, a property bag a Map. Reals, datetimes
// and timespans are tagged, because a dynamic value knows its own type.
const int = require('./integers');
const times = require('./times');

class Tagged {
  constructor(type, value) {
    this.type = type;
    this.value = value;
  }
}

const real = (value) => new Tagged('real', value);

// wrap makes a dynamic value of a value of a type.
function wrap(value, type) {
  if (value === null) return null;
  switch (type) {
    case 'dynamic': case 'string': case 'bool': case 'int': case 'long': return value;
    case 'guid': return value;
    case 'real': return real(value);
    case 'decimal': return real(Number(String(value)));
    case 'datetime': case 'timespan': return new Tagged(type, value);
  }
  throw new Error(`kusto: a dynamic value cannot hold the type ${type}`);
}

// typeOf is what gettype() says of a dynamic value. A small number is an int there.
function typeOf(value) {
  if (value === null) return 'null';
  if (value instanceof Tagged) return value.type;
  if (Array.isArray(value)) return 'array';
  if (value instanceof Map) return 'dictionary';
  switch (typeof value) {
    case 'string': return 'string';
    case 'boolean': return 'bool';
    default: return int.fitsInt(value) ? 'int' : 'long';
  }
}

function realText(value) {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return 'Infinity';
  if (value === -Infinity) return '-Infinity';
  const text = Object.is(value, -0) ? '0' : String(value);
  return Number.isInteger(value) && !text.includes('e') ? text + '.0' : text;
}

// taggedText is the value as text; JSON knows no datetime, timespan, NaN or infinity.
function taggedText(tagged) {
  switch (tagged.type) {
    case 'datetime': return times.text(tagged.value);
    case 'timespan': return times.spanText(tagged.value);
    default: return realText(tagged.value);
  }
}

// json writes a value as JSON, without spaces, in its own order.
function json(value) {
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return '[' + value.map(json).join(',') + ']';
  if (value instanceof Map) {
    return '{' + [...value].map(([key, item]) => JSON.stringify(key) + ':' + json(item)).join(',') + '}';
  }
  if (value instanceof Tagged) {
    const text = taggedText(value);
    return value.type === 'real' && Number.isFinite(value.value) ? text : JSON.stringify(text);
  }
  return String(value);
}

// text is what tostring() makes of a value: JSON of arrays and bags, the bare value else.
function text(value) {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (value instanceof Tagged) return taggedText(value);
  return json(value);
}

// key is equal for equal values; the order of a bag's slots does not matter.
function key(value) {
  if (value instanceof Map) {
    return '{' + [...value].map(([name, item]) => JSON.stringify(name) + ':' + key(item)).sort().join(',') + '}';
  }
  if (Array.isArray(value)) return '[' + value.map(key).join(',') + ']';
  if (value instanceof Tagged) return value.type + ' ' + taggedText(value);
  return json(value);
}

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPES = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

// parse reads JSON and keeps long and real apart, which JSON.parse does not. It throws a
// SyntaxError where the text is no JSON.
function parse(source) {
  let at = 0;
  const wrong = () => new SyntaxError(`no JSON at ${at}`);
  const space = () => {
    while (at < source.length && source.charCodeAt(at) <= 32) at++;
  };
  const word = (text, result) => {
    if (!source.startsWith(text, at)) throw wrong();
    at += text.length;
    return result;
  };
  function string() {
    at++;
    let result = '';
    for (;;) {
      PLAIN.lastIndex = at;
      const plain = PLAIN.exec(source)[0];
      result += plain;
      at += plain.length;
      const next = source[at++];
      if (next === '"') return result;
      if (next !== '\\') throw wrong();
      const escape = source[at++];
      if (escape === 'u') {
        const code = source.slice(at, at + 4);
        if (!/^[0-9a-fA-F]{4}$/.test(code)) throw wrong();
        result += String.fromCharCode(parseInt(code, 16));
        at += 4;
      } else if (escape in ESCAPES) {
        result += ESCAPES[escape];
      } else {
        throw wrong();
      }
    }
  }
  function number() {
    NUMBER.lastIndex = at;
    const match = NUMBER.exec(source);
    if (!match) throw wrong();
    at += match[0].length;
    if (match[1] === undefined && match[2] === undefined) {
      const whole = int.parse(match[0]);
      if (whole !== null) return whole;
    }
    return real(Number(match[0]));
  }
  function items(close, item) {
    at++;
    space();
    if (source[at] === close) {
      at++;
      return;
    }
    for (;;) {
      item();
      space();
      const next = source[at++];
      if (next === close) return;
      if (next !== ',') throw wrong();
    }
  }
  function value() {
    space();
    switch (source[at]) {
      case '"': return string();
      case '{': {
        const bag = new Map();
        items('}', () => {
          space();
          if (source[at] !== '"') throw wrong();
          const name = string();
          space();
          if (source[at++] !== ':') throw wrong();
          bag.set(name, value());
        });
        return bag;
      }
      case '[': {
        const array = [];
        items(']', () => array.push(value()));
        return array;
      }
      case 't': return word('true', true);
      case 'f': return word('false', false);
      case 'n': return word('null', null);
      default: return number();
    }
  }
  const result = value();
  space();
  if (at < source.length) throw wrong();
  return result;
}

module.exports = { Tagged, real, wrap, typeOf, realText, json, text, key, parse };
