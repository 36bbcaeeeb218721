'use strict';
// Literals of the parser's tree.
const p = require('./parser');
const { literal } = require('./scope');
const int = require('./integers');
const times = require('./times');
const dynamics = require('./dynamics');
const { to } = require('./convert');
const { Decimal } = require('./decimals');

const TYPES = {
  StringLiteralExpression: 'string', CompoundStringLiteralExpression: 'string', LongLiteralExpression: 'long',
  IntLiteralExpression: 'int', RealLiteralExpression: 'real', DecimalLiteralExpression: 'decimal',
  BooleanLiteralExpression: 'bool', DateTimeLiteralExpression: 'datetime', TimespanLiteralExpression: 'timespan',
  GuidLiteralExpression: 'guid', DynamicExpression: 'dynamic', TypeOfLiteralExpression: 'type',
};
const LITERALS = new Set(Object.keys(TYPES));

// inside takes off a wrapper such as long(…) and quotes inside it.
function inside(text) {
  const m = /^[a-z]+\s*\(([\s\S]*)\)$/i.exec(text.trim());
  return (m ? m[1] : text).trim().replace(/^(["'])([\s\S]*)\1$/, '$2');
}

function literalOf(node) {
  const type = TYPES[p.kind(node)];
  if (type === 'dynamic') return literal(type, json(p.expressions(node)[0]));
  if (type === 'type') return literal(type, node.toString()); // typeof(long), for extract()
  return literal(type, value(node, type));
}

function value(node, type) {
  if (type === 'string') return node.LiteralValue;
  const text = inside(node.toString());
  if (text.toLowerCase() === 'null') return null;
  const result = parse(text, type);
  if (result === null) throw new Error(`kusto: literal: no ${type}: ${p.source(node)}`);
  return result;
}

function parse(text, type) {
  switch (type) {
    case 'long': case 'int': return int.parse(text);
    case 'bool': return /^(true|1)$/i.test(text) ? true : /^(false|0)$/i.test(text) ? false : null;
    case 'datetime': return times.parse(text);
    case 'timespan': return times.parseSpan(text);
    case 'decimal': return Decimal.parse(text);
    default: return to(type)(text, 'string');
  }
}

// json is the value inside dynamic(…), which may hold literals of KQL too.
function json(node) {
  switch (p.kind(node)) {
    case 'NullLiteralExpression': return null;
    case 'JsonArrayExpression': return p.elements(p.lists(node)[0]).map(json);
    case 'JsonObjectExpression': {
      const bag = new Map();
      for (const pair of p.elements(p.lists(node)[0])) {
        bag.set(pair.Name.Value ?? pair.Name.ValueText, json(pair.Value));
      }
      return bag;
    }
    case 'UnaryMinusExpression': return negative(json(p.expressions(node)[0]));
    case 'DynamicExpression': return json(p.expressions(node)[0]);
  }
  const found = literalOf(node);
  return dynamics.wrap(found.eval(), found.type);
}

function negative(value) {
  if (value instanceof dynamics.Tagged) return new dynamics.Tagged(value.type, -value.value);
  return int.negate(value);
}

module.exports = { LITERALS, literalOf };
