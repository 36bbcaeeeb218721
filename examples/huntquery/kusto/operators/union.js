'use strict';
// union.
const p = require('../parser');
const { Table } = require('../scope');
const { unsupported } = require('../errors');
const tabular = require('../tabular');
const { Names, parameter, parameterText, matcher } = require('./names');

// exists says whether the table is there that an arm of a fuzzy union starts from.
function exists(node, scope) {
  switch (p.kind(node)) {
    case 'NameReference': return scope.find(node.SimpleName) !== null || scope.engine.table(node.SimpleName) !== null;
    case 'ParenthesizedExpression': case 'PipeExpression': return exists(p.expressions(node)[0], scope);
    case 'FunctionCallExpression': {
      if (p.expressions(node)[0].SimpleName !== 'table') return true;
      const [name] = p.elements(p.lists(p.child(node, 'ExpressionList'))[0]);
      return scope.engine.table(name.LiteralValue) !== null;
    }
    default: return true;
  }
}

// arms compiles what is united. Missing tables of a fuzzy union are left out.
function arms(node, input, scope) {
  const fuzzy = parameterText(node, 'isfuzzy') === 'true';
  const found = input ? [input] : [];
  for (const n of p.elements(p.lists(node).at(-1))) {
    if (p.kind(n) === 'NameReference' && n.SimpleName.includes('*')) {
      const matches = matcher(n);
      found.push(...scope.engine.names().filter(matches).map((name) => scope.engine.table(name)));
    } else if (fuzzy && !exists(n, scope)) {
      scope.engine.incomplete = true; // the parser counts columns of missing tables
    } else {
      found.push(tabular.compileTable(n, scope));
    }
  }
  return found.length > 0 ? found : unsupported('a union of tables that are all missing', node);
}

// unify returns the columns of the result, and for each table and column its place there.
// A name with several types becomes several columns, such as x_long and x_int.
function unify(tables) {
  const types = new Map();
  for (const { columns } of tables) {
    for (const { name, type } of columns) {
      if (!types.has(name)) types.set(name, new Set());
      types.get(name).add(type);
    }
  }
  const names = new Names();
  const columns = [];
  const places = new Map();
  for (const [name, found] of types) {
    for (const type of found) {
      places.set(`${type} ${name}`, columns.length);
      columns.push({ name: names.add(found.size > 1 ? `${name}_${type}` : name), type });
    }
  }
  return { columns, place: ({ name, type }) => places.get(`${type} ${name}`) };
}

function union(node, input, scope) {
  const tables = arms(node, input, scope);
  const kind = parameterText(node, 'kind') ?? 'outer';
  if (kind !== 'outer') unsupported(`union of kind ${kind}`, node);
  const source = parameter(node, 'withsource', 'with_source')?.SimpleName;
  const { columns, place } = unify(tables);
  const slots = tables.map((table) => {
    const own = new Map(table.columns.map((column, i) => [place(column), i]));
    return columns.map((_, i) => own.get(i) ?? -1);
  });
  const none = columns.map((c) => (c.type === 'string' ? '' : null));
  const all = source ? [{ name: source, type: 'string' }, ...columns] : columns;
  return Table.streaming(all, (visit) => tables.forEach((table, t) => {
    const leading = source ? [table.name || `union_arg${t}`] : [];
    table.each((row) => visit([...leading, ...slots[t].map((slot, i) => (slot < 0 ? none[i] : row[slot]))]));
  }));
}

module.exports = { UnionOperator: union };
