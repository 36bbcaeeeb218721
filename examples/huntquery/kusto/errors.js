'use strict';
// Everything that the evaluator does not know ends here: it never guesses.
const { source } = require('./parser');

function unsupported(what, node) {
  throw new Error(`kusto: not supported: ${what}` + (node ? `: ${source(node)}` : ''));
}

module.exports = { unsupported };
