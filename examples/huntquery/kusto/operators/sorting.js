'use strict';
// sort (order) and top.
const p = require('../parser');
const { Table } = require('../scope');
const { unsupported } = require('../errors');
const { order } = require('../compare');
const expressions = require('../expressions');

// comparison compiles "x asc nulls last" to a function of two values.
function comparison(node, type) {
  const clause = p.kind(node) === 'OrderedExpression' ? p.child(node, 'OrderingClause') : null;
  const words = clause ? clause.toString().trim().split(/\s+/) : [];
  const ascending = words.includes('asc');
  const nullsFirst = words.includes('nulls') ? words.includes('first') : ascending;
  const compare = order(type, type);
  if (!compare) unsupported(`sorting by ${type}`, node);
  // Null and NaN keep together: null outside, NaN next to it.
  const rank = (value) => (value === null ? 2 : value !== value ? 1 : 0);
  return (a, b) => {
    const [x, y] = [rank(a), rank(b)];
    if (x !== 0 || y !== 0) return nullsFirst ? y - x : x - y;
    return ascending ? compare(a, b) : compare(b, a);
  };
}

function sorted(nodes, input, scope) {
  const inner = scope.over(input.columns);
  const keys = nodes.map((n) => {
    const expr = expressions.compile(p.kind(n) === 'OrderedExpression' ? p.expressions(n)[0] : n, inner);
    return [expr, comparison(n, expr.type)];
  });
  return () => {
    const decorated = [];
    input.walk(inner.row, keys.map(([expr]) => expr), (row) => decorated.push([row, keys.map(([expr]) => expr.eval(row))]));
    decorated.sort(([, a], [, b]) => {
      for (let i = 0; i < keys.length; i++) {
        const difference = keys[i][1](a[i], b[i]);
        if (difference !== 0) return difference;
      }
      return 0;
    });
    return decorated.map(([row]) => row);
  };
}

function sort(node, input, scope) {
  return new Table(input.columns, sorted(p.elements(p.lists(node).at(-1)), input, scope));
}

function top(node, input, scope) {
  const [count, by] = p.expressions(node);
  const limit = expressions.compile(count, scope);
  const rows = sorted([by], input, scope);
  return new Table(input.columns, () => rows().slice(0, Number(limit.eval())));
}

module.exports = { SortOperator: sort, TopOperator: top };
