'use strict';
// Operators that choose rows: where, take, count, distinct, serialize, as, invoke.
const p = require('../parser');
const { Table } = require('../scope');
const { unsupported } = require('../errors');
const { key } = require('../dynamics');
const expressions = require('../expressions');
const calls = require('../calls');
const tabular = require('../tabular');
const { assign } = require('./columns');
const { nameOf, matcher } = require('./names');

function where(node, input, scope) {
  const inner = scope.over(input.columns);
  const condition = expressions.compile(p.expressions(node)[0], inner);
  if (condition.type !== 'bool') unsupported(`where of type ${condition.type}`, node);
  return Table.streaming(input.columns, (visit) => input.walk(inner.row, [condition], (row) => {
    if (condition.eval(row) === true) visit(row);
  }));
}

function take(node, input, scope) {
  const count = expressions.compile(p.expressions(node)[0], scope);
  return new Table(input.columns, () => input.rows().slice(0, Number(count.eval())));
}

const count = (node, input) => new Table([{ name: 'Count', type: 'long' }], () => [[input.rows().length]]);

function serialize(node, input, scope) {
  const list = p.lists(node).at(-1);
  return list && p.elements(list).length > 0 ? assign(node, input, scope) : input;
}

// rowKey is equal for rows with equal cells.
function rowKey(cells, columns) {
  return cells.map((cell, i) => {
    if (cell === null) return '-';
    const text = columns[i].type === 'dynamic' ? key(cell) : String(cell);
    return `${text.length}:${text}`;
  }).join('');
}

function distinct(node, input, scope) {
  const inner = scope.over(input.columns);
  const nodes = p.elements(p.lists(node).at(-1));
  const parts = nodes.flatMap((n) => {
    if (p.kind(n) !== 'StarExpression' && !n.toString().includes('*')) return [[nameOf(n, input.columns), expressions.compile(n, inner)]];
    const matches = matcher(n);
    return input.columns.map((column, i) => [column, i]).filter(([column]) => matches(column.name))
      .map(([column, i]) => [column.name, { type: column.type, eval: (row) => row[i] }]);
  });
  const columns = parts.map(([name, expr]) => ({ name, type: expr.type }));
  return new Table(columns, () => {
    const seen = new Map();
    input.each((row) => {
      const cells = parts.map(([, expr]) => expr.eval(row));
      const id = rowKey(cells, columns);
      if (!seen.has(id)) seen.set(id, cells);
    });
    return [...seen.values()];
  });
}

// as gives the table a name, for withsource of a union and for later references.
function as(node, input, scope) {
  const name = p.child(node, 'NameDeclaration').SimpleName;
  const table = input.kept().named(name);
  scope.define(name, table);
  return table;
}

function invoke(node, input, scope) {
  const call = p.expressions(node)[0];
  const name = p.expressions(call)[0].SimpleName;
  const own = scope.find(name);
  if (!own?.body) return unsupported(`invoke ${name}`, node);
  return tabular.run(call, own, calls.bindArguments(own, calls.argumentsOf(call), scope, [input.kept()]), name);
}

function getSchema(node, input) {
  const columns = ['ColumnName', 'ColumnOrdinal', 'DataType', 'ColumnType'];
  const types = { ColumnOrdinal: 'int' };
  const system = {
    string: 'System.String', dynamic: 'System.Object', int: 'System.Int32', long: 'System.Int64', real: 'System.Double',
    bool: 'System.SByte', datetime: 'System.DateTime', timespan: 'System.TimeSpan', guid: 'System.Guid',
    decimal: 'System.Data.SqlTypes.SqlDecimal',
  };
  return new Table(columns.map((name) => ({ name, type: types[name] || 'string' })),
    () => input.columns.map((c, i) => [c.name, i, system[c.type], c.type]));
}

module.exports = {
  FilterOperator: where, TakeOperator: take, CountOperator: count, SerializeOperator: serialize,
  DistinctOperator: distinct, AsOperator: as, InvokeOperator: invoke, GetSchemaOperator: getSchema,
};
