'use strict';
// Compiles the operators after a pipe.
exports.has = (kind) => kind in COMPILERS;
exports.compile = compile; // first, because the compilers need each other
const p = require('../parser');
const { unsupported } = require('../errors');

const COMPILERS = {
  ...require('./rows'), ...require('./columns'), ...require('./sorting'), ...require('./summarize'),
  ...require('./join'), ...require('./union'), ...require('./expand'), ...require('./lookup'), ...require('./partition'),
  ...require('./scan'),
};

// compile returns the table that an operator makes of another one. input is null where the
// operator starts a query, as union may.
function compile(node, input, scope) {
  const compiler = COMPILERS[p.kind(node)];
  if (!compiler) return unsupported(p.kind(node), node);
  const table = compiler(node, input, scope);
  check(node, table, scope);
  return table;
}

// check compares the columns with those that the parser found. They may differ only where
// tables are missing in this tenant or the columns of a watchlist are unknown.
function check(node, table, scope) {
  if (scope.engine.incomplete) return;
  const expected = p.columnsOf(node.ResultType);
  if (!expected || node.ResultType.IsOpen) return;
  const [found, wanted] = [table.columns.map((c) => c.name).join(), expected.map((c) => c.Name).join()];
  if (found !== wanted) unsupported(`columns ${found} where the parser has ${wanted}`, node);
}
