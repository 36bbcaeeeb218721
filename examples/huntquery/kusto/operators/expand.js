'use strict';
// mv-expand and mv-apply.
const p = require('../parser');
const { Table } = require('../scope');
const { unsupported } = require('../errors');
const { cast } = require('../convert');
const expressions = require('../expressions');
const tabular = require('../tabular');
const { nameOf, Names, parameter, parameterText } = require('./names');

// itemsOf returns what a value expands to: nothing if it is empty, itself if it is single.
function itemsOf(value, asPairs) {
  if (Array.isArray(value)) return value;
  if (!(value instanceof Map)) return [value];
  return [...value].map(([key, item]) => (asPairs ? [key, item] : new Map([[key, item]])));
}

// typeAfter reads "to typeof(long)".
function typeAfter(node) {
  const clause = p.child(node, 'ToTypeOfClause');
  if (!clause) return 'dynamic';
  const m = /typeof\s*\(\s*([a-z]+)\s*\)/.exec(clause.toString());
  return m ? ({ double: 'real', date: 'datetime', time: 'timespan', boolean: 'bool' }[m[1]] ?? m[1]) : unsupported('this type', clause);
}

// expansion compiles the expressions of both operators. It returns the columns with the
// expanded ones and a function from a row to its expanded rows.
function expansion(node, input, scope, asPairs) {
  const inner = scope.over(input.columns);
  const columns = [...input.columns];
  const names = new Names(columns.map((c) => c.name));
  const list = p.lists(node).find((l) => p.elements(l).some((n) => /^Mv(Expand|Apply)Expression$/.test(p.kind(n))));
  const parts = p.elements(list).map((n) => {
    const expr = expressions.compile(p.expressions(n)[0], inner);
    if (expr.type !== 'dynamic') unsupported(`expanding ${expr.type}`, n);
    const type = typeAfter(n);
    const name = nameOf(p.expressions(n)[0], input.columns);
    let slot = columns.findIndex((c) => c.name === name);
    if (slot < 0) slot = columns.length;
    columns[slot] = { name: slot === columns.length ? names.add(name) : name, type };
    return { slot, expr, type };
  });
  const index = parameter(node, 'with_itemindex')?.SimpleName;
  if (index) columns.push({ name: names.add(index), type: 'long' });
  const clause = p.child(node, 'MvExpandRowLimitClause', 'MvApplyRowLimitClause');
  const limit = clause ? Number(expressions.compile(p.expressions(clause)[0], scope).eval()) : Infinity;
  const expand = (row) => {
    const items = parts.map(({ expr }) => itemsOf(expr.eval(row), asPairs));
    const length = Math.min(limit, Math.max(...items.map((list) => list.length)));
    const rows = [];
    for (let i = 0; i < length; i++) {
      const expanded = row.slice();
      parts.forEach(({ slot, type }, n) => {
        expanded[slot] = cast(items[n][i] ?? null, type);
      });
      if (index) expanded[columns.length - 1] = i;
      rows.push(expanded);
    }
    return rows;
  };
  return { columns, expand, slots: new Set(parts.map(({ slot }) => slot)) };
}

function mvExpand(node, input, scope) {
  const kind = parameterText(node, 'kind', 'bagexpansion') ?? 'bag';
  const { columns, expand } = expansion(node, input, scope, kind === 'array');
  return Table.streaming(columns, (visit) => input.each((row) => expand(row).forEach((expanded) => visit(expanded))));
}

// mvApply runs its subquery over the expanded rows of each row.
function mvApply(node, input, scope) {
  const { columns, expand, slots } = expansion(node, input, scope, false);
  let current = [];
  const inner = scope.inner();
  inner.input = new Table(columns, () => current);
  const subquery = p.expressions(p.child(node, 'MvApplySubqueryExpression'))[0];
  const result = tabular.compileTable(subquery, inner);
  // Columns of the source come first, unless they are expanded or the subquery yields them.
  const own = new Set(result.columns.map((c) => c.name));
  const kept = input.columns.map((_, i) => i).filter((i) => !slots.has(i) && !own.has(input.columns[i].name));
  const all = layout(node, kept.map((i) => input.columns[i]), result.columns, input.columns);
  return Table.streaming(all.columns, (visit) => input.each((row) => {
    current = expand(row);
    const before = kept.map((i) => row[i]);
    result.each((cells) => visit(all.order([...before, ...cells])));
  }));
}

// layout puts the columns in the order of the source, then those that are new.
function layout(node, kept, added, source) {
  const columns = [...kept, ...added];
  const place = (column) => {
    const at = source.findIndex((c) => c.name === column.name);
    return at < 0 ? source.length : at;
  };
  const order = columns.map((_, i) => i).sort((a, b) => place(columns[a]) - place(columns[b]) || a - b);
  return { columns: order.map((i) => columns[i]), order: (cells) => order.map((i) => cells[i]) };
}

module.exports = { MvExpandOperator: mvExpand, MvApplyOperator: mvApply };
