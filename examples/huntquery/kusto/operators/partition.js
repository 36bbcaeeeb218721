'use strict';
// partition: a subquery for each value of a column.
const p = require('../parser');
const { Table } = require('../scope');
const { unsupported } = require('../errors');
const tabular = require('../tabular');

function partition(node, input, scope) {
  const [by, subquery] = p.expressions(node);
  if (p.kind(subquery) !== 'PartitionSubquery') unsupported('this partition', node);
  const slot = input.columns.findIndex((c) => c.name === by.SimpleName);
  if (slot < 0) unsupported(`the column ${by.SimpleName}, which no table here has`, node);
  let current = [];
  const inner = scope.inner();
  inner.input = new Table(input.columns, () => current);
  const result = tabular.compileTable(p.expressions(subquery)[0], inner);
  return new Table(result.columns, () => {
    const parts = new Map();
    for (const row of input.rows()) {
      if (!parts.has(row[slot])) parts.set(row[slot], []);
      parts.get(row[slot]).push(row);
    }
    return [...parts.values()].flatMap((rows) => {
      current = rows;
      return result.rows();
    });
  });
}

module.exports = { PartitionOperator: partition };
