'use strict';
// Evaluates a query: parses it, compiles it and reads its rows.
const p = require('./parser');
const { Scope } = require('./scope');
const tabular = require('./tabular');

// Engine is what a query finds around it. tables maps names to Tables.
class Engine {
  constructor({ tables = new Map(), now = 0, watchlists = new Map(), external = new Map() } = {}) {
    this.tables = tables;
    this.now = now;
    this.watchlists = watchlists;
    this.external = external;
    this.incomplete = false; // set where tables of a fuzzy union are missing
  }

  table(name) {
    return this.tables.get(name) ?? null;
  }

  names() {
    return [...this.tables.keys()];
  }
}

// evaluate returns {columns, rows} of a query. options are those of Engine; with
// withWatchlists the function _GetWatchlist is known.
function evaluate(query, options = {}) {
  const engine = new Engine(options);
  const declared = [...engine.tables].map(([name, table]) => ({ name, columns: table.columns }));
  const watchlists = options.withWatchlists ? new Map([...engine.watchlists].map(([name, t]) => [name, t.columns])) : null;
  const { tree, diagnostics } = p.analyze(query, p.declare(declared, watchlists));
  if (diagnostics.length > 0) {
    throw new Error('kusto: check: ' + diagnostics.map((d) => `${d.line}:${d.column}: ${d.code}: ${d.message}`).join('; '));
  }
  const scope = new Scope(engine);
  const table = tabular.compileTable(tabular.statements(tree, scope), scope);
  return { columns: table.columns, rows: table.rows() };
}

module.exports = { evaluate };
