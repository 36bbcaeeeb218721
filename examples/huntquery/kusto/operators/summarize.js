'use strict';
// summarize.
const p = require('../parser');
const { Expr, Row, Table } = require('../scope');
const { unsupported } = require('../errors');
const { DEFINITIONS, PICKS, pick } = require('../aggregates');
const expressions = require('../expressions');
const { nameOf, Names } = require('./names');

// Collector gathers the aggregate calls of one expression. Each gets a slot in a row of
// their results, from which the expression around them is evaluated.
class Collector {
  constructor(inner) {
    this.inner = inner; // the scope of their arguments
    this.results = new Row([]);
    this.starts = [];
  }

  take(name, nodes, type) {
    const definition = DEFINITIONS[name];
    if (!definition) {
      if (name in PICKS) unsupported(`${name}() inside an expression`);
      return null;
    }
    const args = nodes.map((n) => expressions.compile(n, this.inner));
    const slot = this.starts.push(definition(args, { name, node: nodes[0] })) - 1;
    return new Expr(type, this.results, (results) => results[slot]);
  }
}

// aggregate compiles an expression of aggregates to one column.
function aggregate(node, inner) {
  const collector = new Collector(inner);
  const scope = inner.inner();
  scope.row = collector.results;
  scope.aggregates = collector;
  const expr = expressions.compile(node, scope);
  const { starts } = collector;
  return {
    type: expr.type,
    start: () => {
      const states = starts.map((start) => start());
      return {
        add: (row) => states.forEach((state) => state.add(row)),
        values: () => [expr.eval(states.map((state) => state.value()))],
      };
    },
  };
}

const isStar = (node) => p.kind(node) === 'StarExpression';
const columnName = (node) => (p.isColumn(node.ReferencedSymbol) ? node.ReferencedSymbol.Name : null);

// several compiles arg_max(), arg_min() and take_any(*), which yield several columns.
function several(call, name, args, inner, byColumns) {
  const { columns } = inner.row;
  const parts = [];
  const own = new Set();
  const add = (column, expr) => {
    own.add(column);
    parts.push([column, expr]);
  };
  const tuple = p.columnsOf(call.RawResultType) ?? p.columnsOf(call.ResultType) ?? [];
  args.forEach((arg, i) => {
    if (!isStar(arg)) {
      const expr = expressions.compile(arg, inner);
      if (columnName(arg) !== null && own.has(columnName(arg))) return;
      add(nameOf(arg, columns) ?? tuple[i]?.Name ?? unsupported('a column without a name', call), expr);
      return;
    }
    columns.forEach((column, slot) => {
      if (own.has(column.name) || byColumns.has(column.name)) return;
      add(column.name, new Expr(column.type, inner.row, (row) => row[slot]));
    });
  });
  const exprs = parts.map(([, expr]) => expr);
  const names = parts.map(([column]) => column);
  const start = PICKS[name] ? pick(exprs[0], PICKS[name], { name, node: call }) : null;
  if (!start) return { names, exprs, start: anyRow(exprs) };
  return { names, exprs, start: () => picked(start(), exprs) };
}

const emptyOf = (expr) => (expr.type === 'string' ? '' : null);

function picked(state, exprs) {
  return {
    add: state.add,
    values: () => {
      const row = state.value();
      return exprs.map((expr) => (row === null ? emptyOf(expr) : expr.eval(row)));
    },
  };
}

// anyRow takes the first row for take_any(a, b) and take_any(*).
const anyRow = (exprs) => () => {
  let found = null;
  return picked({
    add: (row) => {
      found = found ?? row;
    },
    value: () => found,
  }, exprs);
};

// output compiles one item of summarize to its names and its groups.
function output(node, inner, byColumns) {
  const named = p.kind(node) === 'SimpleNamedExpression';
  if (p.kind(node) === 'CompoundNamedExpression') unsupported('several names of one expression', node);
  const call = named ? p.expressions(node).at(-1) : node;
  if (p.kind(call) === 'FunctionCallExpression') {
    const name = p.expressions(call)[0].SimpleName;
    const args = p.elements(p.lists(p.child(call, 'ExpressionList'))[0]);
    if (name in PICKS || (['take_any', 'any'].includes(name) && (args.length > 1 || isStar(args[0])))) {
      const found = several(call, name, args, inner, byColumns);
      if (named) found.names[0] = node.Name.SimpleName;
      return { names: found.names, types: found.exprs.map((e) => e.type), start: found.start };
    }
  }
  const { type, start } = aggregate(call, inner);
  const name = nameOf(node, inner.row.columns) ?? p.columnsOf(call.RawResultType)?.[0]?.Name ?? null;
  return { names: [name], types: [type], start };
}

// groupKey makes the keys of groups comparable: the value itself for one column.
function groupKey(keys) {
  if (keys.length === 1 && keys[0].type !== 'decimal') return (values) => values[0];
  return (values) => {
    let id = '';
    for (const value of values) {
      if (value === null) {
        id += '-';
      } else {
        const text = String(value);
        id += text.length + ':' + text;
      }
    }
    return id;
  };
}

function summarize(node, input, scope) {
  const inner = scope.over(input.columns);
  const clause = p.child(node, 'SummarizeByClause');
  const byNodes = clause ? p.elements(p.lists(clause)[0]) : [];
  const keys = byNodes.map((n) => expressions.compile(n, inner));
  for (const [i, key] of keys.entries()) if (key.type === 'dynamic') unsupported('summarize by a dynamic value', byNodes[i]);
  const byColumns = new Set(byNodes.map(columnName).filter((name) => name !== null));
  const names = new Names();
  const columns = keys.map((key, i) => ({ name: names.add(nameOf(byNodes[i], input.columns)), type: key.type }));
  const outputs = p.elements(p.lists(node).at(-1)).map((n) => output(n, inner, byColumns));
  for (const { names: own, types } of outputs) own.forEach((name, i) => columns.push({ name: names.add(name), type: types[i] }));
  const id = groupKey(keys);
  return new Table(columns, () => {
    const groups = new Map();
    input.walk(inner.row, keys, (row) => {
      const values = keys.map((key) => key.eval(row));
      const key = id(values);
      let group = groups.get(key);
      if (!group) {
        group = { values, states: outputs.map((o) => o.start()) };
        groups.set(key, group);
      }
      for (const state of group.states) state.add(row);
    });
    if (keys.length === 0 && groups.size === 0) groups.set('', { values: [], states: outputs.map((o) => o.start()) });
    return [...groups.values()].map(({ values, states }) => [...values, ...states.flatMap((state) => state.values())]);
  });
}

module.exports = { SummarizeOperator: summarize };
