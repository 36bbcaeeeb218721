'use strict';
// Compiles scalar expressions of the parser's tree into functions of a row.
exports.compile = compile; // first, because the compilers need each other
const p = require('./parser');
const { Expr, combine } = require('./scope');
const { unsupported } = require('./errors');
const { operation, negation } = require('./arithmetic');
const { literalOf, LITERALS } = require('./literals');
const conditions = require('./conditions');
const calls = require('./calls');
const tabular = require('./tabular');
const scan = require('./operators/scan');

const ARITHMETIC = {
  AddExpression: '+', SubtractExpression: '-', MultiplyExpression: '*', DivideExpression: '/', ModuloExpression: '%',
};

// compile returns the Expr of a node.
function compile(node, scope) {
  const kind = p.kind(node);
  if (LITERALS.has(kind)) return literalOf(node);
  if (ARITHMETIC[kind]) return arithmetic(node, ARITHMETIC[kind], scope);
  if (conditions.KINDS.has(kind)) return conditions.compile(node, scope);
  switch (kind) {
    case 'ParenthesizedExpression': return compile(p.expressions(node)[0], scope);
    case 'NameReference': return name(node, scope);
    case 'UnaryMinusExpression': return sign(node, scope);
    case 'UnaryPlusExpression': return compile(p.expressions(node)[0], scope);
    case 'PathExpression': return member(node, scope);
    case 'ElementExpression': return element(node, scope);
    case 'FunctionCallExpression': return calls.compile(node, scope);
    case 'ToScalarExpression': return toScalar(node, scope);
    case 'SimpleNamedExpression': return compile(p.expressions(node).at(-1), scope);
  }
  unsupported(kind, node);
}

function name(node, scope) {
  const symbol = node.ReferencedSymbol;
  const wanted = node.SimpleName;
  if (p.isColumn(symbol)) {
    const slot = scope.row?.slots.get(wanted);
    if (slot === undefined) unsupported(`the column ${wanted}, which no table here has`, node);
    return new Expr(scope.row.columns[slot].type, scope.row, (row) => row[slot]);
  }
  const binding = scope.find(wanted);
  if (!binding) unsupported(`the name ${wanted}`, node);
  if (!(binding instanceof Expr)) unsupported(`the table ${wanted} as a value`, node);
  if (binding.row && binding.row !== scope.row) {
    unsupported(`${wanted}, which depends on a row, in another query`, node);
  }
  return binding;
}

function arithmetic(node, operator, scope) {
  const [left, right] = p.expressions(node).map((n) => compile(n, scope));
  const apply = operation(operator, left.type, right.type);
  if (!apply) unsupported(`${left.type} ${operator} ${right.type}`, node);
  const a = left.eval;
  const b = right.eval;
  return combine(p.typeOf(node), [left, right], (row) => {
    const x = a(row);
    if (x === null) return null;
    const y = b(row);
    return y === null ? null : apply(x, y);
  });
}

function sign(node, scope) {
  const operand = compile(p.expressions(node)[0], scope);
  const apply = negation(operand.type);
  if (!apply) unsupported(`the sign of ${operand.type}`, node);
  return combine(operand.type, [operand], (row) => {
    const value = operand.eval(row);
    return value === null ? null : apply(value);
  });
}

// at returns a slot of a bag or an item of an array; below 0 it counts from the end.
function at(value, index) {
  if (value instanceof Map) return typeof index === 'string' ? value.get(index) ?? null : null;
  if (Array.isArray(value)) return typeof index === 'number' ? value.at(index) ?? null : null;
  return null;
}

function member(node, scope) {
  const [left, selector] = p.expressions(node);
  const step = p.kind(left) === 'NameReference' ? scope.find(left.SimpleName) : null;
  if (step?.extra) return scan.member(step, selector.SimpleName, scope, node);
  const object = compile(left, scope);
  if (object.type !== 'dynamic') unsupported(`a member of ${object.type}`, node);
  let key = selector.SimpleName;
  if (p.kind(selector) === 'BracketedExpression') key = compile(p.expressions(selector)[0], scope).eval();
  if (typeof key !== 'string') unsupported('this member', node);
  return combine('dynamic', [object], (row) => at(object.eval(row), key));
}

function element(node, scope) {
  const [left, bracket] = p.expressions(node);
  const object = compile(left, scope);
  if (object.type !== 'dynamic') unsupported(`an element of ${object.type}`, node);
  const inside = p.expressions(bracket)[0];
  if (p.kind(inside) === 'BracketedName' || p.kind(inside) === 'BracketedExpression') unsupported('this element', node);
  const index = compile(inside, scope);
  if (!['int', 'long', 'string', 'dynamic'].includes(index.type)) unsupported(`an index of type ${index.type}`, node);
  return combine('dynamic', [object, index], (row) => at(object.eval(row), index.eval(row)));
}

// toScalar is the first column of the first row, found once.
function toScalar(node, scope) {
  const inner = p.expressions(node).at(-1);
  if (!p.isTable(inner)) return compile(inner, scope);
  const table = tabular.compileTable(inner, scope);
  const type = table.columns[0].type;
  return new Expr(type, null, () => {
    const rows = table.rows();
    if (rows.length > 0) return rows[0][0];
    return type === 'string' ? '' : null;
  });
}
