'use strict';
// Compiles tabular expressions: sources, pipes, and the statements of a query or a function.
exports.compileTable = compileTable; // first, because the compilers need each other
exports.statements = statements;
const p = require('./parser');
const { Table, remember } = require('./scope');
const { unsupported } = require('./errors');
const expressions = require('./expressions');
const calls = require('./calls');
const sources = require('./sources');
const operators = require('./operators');

// compileTable returns the Table of a node.
function compileTable(node, scope) {
  const kind = p.kind(node);
  switch (kind) {
    case 'PipeExpression': {
      const [left, operator] = p.expressions(node);
      return operators.compile(operator, compileTable(left, scope), scope);
    }
    case 'ParenthesizedExpression': return compileTable(p.expressions(node)[0], scope);
    case 'MaterializeExpression': return compileTable(p.expressions(node).at(-1), scope).kept();
    case 'NameReference': return named(node, scope);
    case 'FunctionCallExpression': return called(node, scope);
  }
  if (sources.KINDS[kind]) return sources.KINDS[kind](node, scope);
  if (operators.has(kind)) return operators.compile(node, scope.input, scope);
  return unsupported(kind, node);
}

function named(node, scope) {
  const name = node.SimpleName;
  const binding = scope.find(name);
  if (binding instanceof Table) return binding;
  if (binding?.body) return run(node, binding, scope.inner(), name);
  if (binding) return unsupported(`${name} as a table`, node);
  const table = scope.engine.table(name);
  return table || unsupported(`the table ${name}`, node);
}

function called(node, scope) {
  const name = p.expressions(node)[0].SimpleName;
  const own = scope.find(name);
  if (own?.body) return run(node, own, calls.bindArguments(own, calls.argumentsOf(node), scope), name);
  if (name === 'materialize') return compileTable(calls.argumentsOf(node)[0], scope).kept();
  if (name === '_GetWatchlist') return sources.watchlist(expressions.compile(calls.argumentsOf(node)[0], scope).eval(), scope);
  if (name === 'table') return sources.tableByName(expressions.compile(calls.argumentsOf(node)[0], scope).eval(), scope);
  return unsupported(`the function ${name} as a table`, node);
}

// run compiles the body of a function that yields a table.
function run(node, own, inner, name) {
  const body = node.GetCalledFunctionBody() || own.body;
  const scope = own.parameters.length === 0 ? own.scope.inner() : inner;
  return compileTable(statements(body, scope), scope).named(name);
}
exports.run = run;

// statements defines what the let statements of a block say and returns its last expression.
function statements(block, scope) {
  let result = null;
  const visit = (node) => {
    switch (p.kind(node)) {
      case 'LetStatement': letStatement(node, scope); break;
      case 'ExpressionStatement': result = p.expressions(node)[0]; break;
      case 'SetOptionStatement': break;
      default: result = node;
    }
  };
  for (const node of p.children(block)) {
    if (p.kind(node) === 'List') p.elements(node).forEach(visit);
    else if (!/(Token|SkippedTokens)$/.test(p.kind(node))) visit(node);
  }
  return result || unsupported('a query without a result');
}

function letStatement(node, scope) {
  const [declaration, value] = p.expressions(node);
  const name = declaration.SimpleName;
  if (p.kind(value) === 'FunctionDeclaration') {
    scope.define(name, { parameters: parametersOf(value), body: p.child(value, 'FunctionBody'), scope });
  } else if (p.isTable(value)) {
    scope.define(name, compileTable(value, scope).kept().named(name));
  } else {
    scope.define(name, remember(expressions.compile(value, scope)));
  }
}

function parametersOf(declaration) {
  const list = p.lists(p.child(declaration, 'FunctionParameters'))[0];
  return p.elements(list).map((parameter) => {
    const [nameAndType, initial] = p.expressions(parameter);
    const [name, type] = p.expressions(nameAndType);
    const tabular = p.kind(type) === 'SchemaTypeExpression';
    return {
      name: name.SimpleName,
      type: tabular ? 'table' : p.typeOf(name),
      initial: initial ? p.expressions(initial)[0] : undefined,
    };
  });
}
