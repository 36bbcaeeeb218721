'use strict';
// Operators that choose columns: extend, project and its kin.
const p = require('../parser');
const { Table } = require('../scope');
const { unsupported } = require('../errors');
const expressions = require('../expressions');
const { nameOf, Names, matcher } = require('./names');

// assign is extend: it replaces columns and adds others at the end.
function assign(node, input, scope) {
  const inner = scope.over(input.columns);
  const columns = [...input.columns];
  const names = new Names(columns.map((c) => c.name));
  const parts = p.elements(p.lists(node).at(-1)).map((n) => {
    if (p.kind(n) === 'CompoundNamedExpression') unsupported('several names of one expression', n);
    const expr = expressions.compile(n, inner);
    const name = nameOf(n, input.columns);
    let slot = name === null ? -1 : columns.findIndex((c) => c.name === name);
    const column = { name: slot < 0 ? names.add(name) : name, type: expr.type };
    if (slot < 0) slot = columns.length;
    columns[slot] = column;
    return [slot, expr];
  });
  const exprs = parts.map(([, expr]) => expr);
  return Table.streaming(columns, (visit) => input.walk(inner.row, exprs, (row) => {
    const result = row.slice();
    for (const [slot, expr] of parts) result[slot] = expr.eval(row);
    visit(result);
  }));
}

function project(node, input, scope) {
  const inner = scope.over(input.columns);
  const names = new Names();
  const exprs = [];
  const columns = [];
  for (const n of p.elements(p.lists(node).at(-1))) {
    if (p.kind(n) === 'CompoundNamedExpression') unsupported('several names of one expression', n);
    const expr = expressions.compile(n, inner);
    exprs.push(expr);
    columns.push({ name: names.add(nameOf(n, input.columns)), type: expr.type });
  }
  return Table.streaming(columns, (visit) => input.walk(inner.row, exprs, (row) => visit(exprs.map((expr) => expr.eval(row)))));
}

// pick returns the columns at some slots.
function pick(input, slots) {
  return Table.streaming(slots.map((slot) => input.columns[slot]), (visit) => input.each((row) => visit(slots.map((slot) => row[slot]))));
}

const matchers = (node) => p.elements(p.lists(node).at(-1)).map(matcher);
const slotsWhere = (input, test) => input.columns.map((_, i) => i).filter((i) => test(input.columns[i].name));

function projectAway(node, input) {
  const all = matchers(node);
  return pick(input, slotsWhere(input, (name) => !all.some((matches) => matches(name))));
}

function projectKeep(node, input) {
  const all = matchers(node);
  return pick(input, slotsWhere(input, (name) => all.some((matches) => matches(name))));
}

function projectReorder(node, input) {
  const order = [];
  for (const n of p.elements(p.lists(node).at(-1))) {
    const found = slotsWhere(input, matcher(n)).filter((slot) => !order.includes(slot));
    const direction = p.kind(n) === 'OrderedExpression' ? p.child(n, 'OrderingClause').toString().trim() : '';
    if (direction !== '' && direction !== 'asc' && direction !== 'desc') unsupported(`project-reorder ${direction}`, n);
    const byName = (a, b) => (input.columns[a].name < input.columns[b].name ? -1 : 1);
    if (direction) found.sort((a, b) => (direction === 'asc' ? byName(a, b) : byName(b, a)));
    order.push(...found);
  }
  return pick(input, [...order, ...slotsWhere(input, () => true).filter((slot) => !order.includes(slot))]);
}

function projectRename(node, input) {
  const renamed = new Map(p.elements(p.lists(node).at(-1)).map((n) => [p.expressions(n)[1].SimpleName, n.Name.SimpleName]));
  for (const old of renamed.keys()) {
    if (!input.columns.some((c) => c.name === old)) unsupported(`the column ${old}, which no table here has`, node);
  }
  return Table.streaming(input.columns.map((c) => ({ ...c, name: renamed.get(c.name) ?? c.name })), input.each);
}

module.exports = {
  ExtendOperator: assign, ProjectOperator: project, ProjectAwayOperator: projectAway, ProjectKeepOperator: projectKeep,
  ProjectReorderOperator: projectReorder, ProjectRenameOperator: projectRename,
};
Object.defineProperty(module.exports, 'assign', { value: assign }); // not an operator's kind
