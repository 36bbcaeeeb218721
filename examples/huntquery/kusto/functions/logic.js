'use strict';
// iff, case, coalesce, not and tests of emptiness.
const { Expr, combine, literal } = require('../scope');
const { special } = require('./define');
const { unsupported } = require('../errors');
const { to } = require('../convert');
const { order } = require('../compare');
const { NUMBERS } = require('../arithmetic');
const { typeOf } = require('../dynamics');

// agree brings values that are alternatives of each other to the type of the call.
function agree(args, call) {
  return args.map((arg) => {
    if (arg.type === call.type) return arg;
    if (arg.constant && arg.eval() === null) return literal(call.type, call.type === 'string' ? '' : null);
    if (!NUMBERS.has(arg.type) || !NUMBERS.has(call.type)) unsupported(`${arg.type} and ${call.type} in one ${call.name}()`, call.node);
    const convert = to(call.type);
    return combine(call.type, [arg], (row) => convert(arg.eval(row), arg.type));
  });
}

function iff(call) {
  const [condition] = call.args;
  const [yes, no] = agree(call.args.slice(1), call);
  return combine(call.type, [condition, yes, no], (row) => (condition.eval(row) === true ? yes.eval(row) : no.eval(row)));
}

function choose(call) {
  const conditions = call.args.slice(0, -1).filter((_, i) => i % 2 === 0);
  const results = agree([...call.args.slice(0, -1).filter((_, i) => i % 2 === 1), call.args.at(-1)], call);
  return combine(call.type, [...conditions, ...results], (row) => {
    const hit = conditions.findIndex((c) => c.eval(row) === true);
    return results.at(hit).eval(row); // -1 is the last one
  });
}

// coalesce takes the first value that is not null; a text that is not empty.
function coalesce(call) {
  const args = agree(call.args, call);
  const last = args.at(-1);
  return combine(call.type, args, (row) => {
    for (const arg of args) {
      const value = arg.eval(row);
      if (value !== null && value !== '') return value;
    }
    return last.eval(row);
  });
}

function not(call) {
  const [arg] = call.args;
  return combine('bool', call.args, (row) => {
    const value = arg.eval(row);
    return value === null ? null : !value;
  });
}

const test = (check) => special((call) => {
  const [arg] = call.args;
  return combine('bool', call.args, (row) => check(arg.eval(row), arg.type));
});

const empty = (value) => value === null || value === '';

// extreme is min_of or max_of: nulls do not count.
const extreme = (better) => special((call) => {
  const args = agree(call.args, call);
  const compare = order(call.type, call.type);
  if (!compare) unsupported(`${call.name}() of ${call.type}`, call.node);
  return combine(call.type, args, (row) => {
    let best = null;
    for (const arg of args) {
      const value = arg.eval(row);
      if (value !== null && (best === null || better(compare(value, best)))) best = value;
    }
    return best;
  });
});

// columnIfExists takes the column if the table of this tenant has it.
function columnIfExists(call) {
  const name = call.args[0].eval();
  const slot = call.scope.row?.slots.get(name);
  if (slot === undefined) return call.args[1];
  const column = call.scope.row.columns[slot];
  if (column.type === 'dynamic') unsupported('column_ifexists() of a dynamic column', call.node);
  return new Expr(column.type, call.scope.row, (row) => row[slot]);
}

function getType(call) {
  const [arg] = call.args;
  return combine('string', call.args, (row) => {
    const value = arg.eval(row);
    return arg.type === 'dynamic' ? typeOf(value) : arg.type;
  });
}

module.exports = {
  iff: special(iff),
  iif: special(iff),
  case: special(choose),
  coalesce: special(coalesce),
  not: special(not),
  isnull: test((value) => value === null),
  isnotnull: test((value) => value !== null),
  notnull: test((value) => value !== null),
  isempty: test(empty),
  isnotempty: test((value) => !empty(value)),
  notempty: test((value) => !empty(value)),
  min_of: extreme((n) => n < 0),
  max_of: extreme((n) => n > 0),
  column_ifexists: special(columnIfExists),
  columnifexists: special(columnIfExists),
  gettype: special(getType),
};
