'use strict';
// Compiles calls of functions: those of the query's own let statements and those of Kusto.
exports.compile = compile; // first, because the compilers need each other
exports.bindArguments = bindArguments;
const p = require('./parser');
const { Expr, combine, remember } = require('./scope');
const { unsupported } = require('./errors');
const { toText, to } = require('./convert');
const { wrap } = require('./dynamics');
const { NUMBERS } = require('./arithmetic');
const expressions = require('./expressions');
const tabular = require('./tabular');
const functions = require('./functions');
const windows = require('./windows');

const argumentsOf = (node) => p.elements(p.lists(p.child(node, 'ExpressionList'))[0]);
exports.argumentsOf = argumentsOf;

function compile(node, scope) {
  const name = p.expressions(node)[0].SimpleName;
  const own = scope.find(name);
  if (own && own.body) return callOwn(node, own, scope);
  const nodes = argumentsOf(node);
  if (scope.aggregates) {
    const aggregate = scope.aggregates.take(name, nodes, p.typeOf(node));
    if (aggregate) return aggregate;
  }
  const call = { name, nodes, node, scope, type: p.typeOf(node) };
  if (windows.FUNCTIONS[name]) return windows.compile(call);
  const definition = functions.find(name);
  if (!definition) unsupported(`the function ${name}`, node);
  call.args = nodes.map((n) => expressions.compile(n, scope));
  return definition.compile ? definition.compile(call) : apply(definition, call);
}

// apply compiles a call of a plain function of values (see functions/define.js).
function apply(definition, call) {
  const evals = call.args.map((arg) => argument(definition, arg, call));
  const { fn, seesNull } = definition;
  const none = call.type === 'string' ? '' : null;
  const [a, b, c] = evals;
  const result = (value) => (value === null || value === undefined ? none : value);
  let evaluate;
  if (seesNull) {
    evaluate = (row) => result(fn(...evals.map((e) => e(row))));
  } else if (evals.length === 1) {
    evaluate = (row) => {
      const x = a(row);
      return x === null ? none : result(fn(x));
    };
  } else if (evals.length === 2) {
    evaluate = (row) => {
      const x = a(row);
      const y = b(row);
      return x === null || y === null ? none : result(fn(x, y));
    };
  } else if (evals.length === 3) {
    evaluate = (row) => {
      const x = a(row);
      const y = b(row);
      const z = c(row);
      return x === null || y === null || z === null ? none : result(fn(x, y, z));
    };
  } else {
    evaluate = (row) => {
      const values = evals.map((e) => e(row));
      return values.includes(null) ? none : result(fn(...values));
    };
  }
  return combine(call.type, call.args, evaluate);
}

// argument evaluates an argument in the form that the function takes.
function argument(definition, arg, call) {
  if (definition.takes === 'dynamic') return arg.type === 'dynamic' || !['real', 'decimal', 'datetime', 'timespan'].includes(arg.type) ? arg.eval : (row) => wrap(arg.eval(row), arg.type);
  if (definition.takes === 'text') return arg.type === 'string' ? arg.eval : (row) => toText(arg.eval(row), arg.type);
  if (arg.type !== 'dynamic') return arg.eval;
  if (definition.takes === 'values') return (row) => toText(arg.eval(row), 'dynamic');
  return unsupported(`a dynamic value without a conversion in ${call.name}()`, call.node);
}

// callOwn compiles the body of a function of the query in the place of the call.
function callOwn(node, own, scope) {
  const body = node.GetCalledFunctionBody() || own.body;
  const inner = bindArguments(own, argumentsOf(node), scope);
  const result = tabular.statements(body, inner);
  if (p.isTable(result)) unsupported('a table as a value', node);
  return expressions.compile(result, inner);
}

// bindArguments returns a scope in which the parameters of a function have their values.
// leading holds a table that invoke gives as the first argument.
function bindArguments(own, nodes, scope, leading = []) {
  const inner = own.scope.inner();
  inner.row = scope.row; // values of arguments may come from the caller's row
  const given = new Map();
  own.parameters.slice(0, leading.length).forEach((parameter, i) => given.set(parameter.name, leading[i]));
  let place = leading.length;
  for (const node of nodes) {
    const named = p.kind(node) === 'SimpleNamedExpression';
    const name = named ? node.Name.SimpleName : own.parameters[place++]?.name;
    given.set(name, named ? p.expressions(node).at(-1) : node);
  }
  for (const parameter of own.parameters) {
    const value = given.get(parameter.name) ?? parameter.initial;
    if (value === undefined || value === null) unsupported(`no value for the parameter ${parameter.name}`);
    inner.define(parameter.name, bind(value, parameter, scope));
  }
  return inner;
}

function bind(value, parameter, scope) {
  if (!value.Kind) return value; // a table that is compiled already
  if (parameter.type === 'table') return tabular.compileTable(value, scope).kept();
  return remember(coerce(expressions.compile(value, scope), parameter.type, value));
}

// coerce lets whole numbers stand for reals; other types must agree.
function coerce(expr, type, node) {
  if (expr.type === type) return expr;
  if (expr.constant && expr.eval() === null) return new Expr(type, null, () => null);
  if (!NUMBERS.has(expr.type) || !NUMBERS.has(type)) unsupported(`${expr.type} as ${type}`, node);
  const convert = to(type);
  return combine(type, [expr], (row) => convert(expr.eval(row), expr.type));
}
exports.coerce = coerce;
