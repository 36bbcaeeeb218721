'use strict';
// Microsoft's parser of KQL. It reads a query, resolves its names and types against declared
// tables and reports what is wrong. The evaluator walks the tree that it returns.
const path = require('node:path');

function load() {
  const modules = process.env.KUSTO;
  if (!modules) throw new Error('kusto: load: KUSTO names no node_modules folder with @kusto/language-service-next');
  const folder = path.resolve(modules, '@kusto/language-service-next');
  require(path.join(folder, 'bridge.js')); // sets the globals that the parser needs
  require(folder);
  return globalThis.Kusto.Language;
}

const language = load();
const { Symbols } = language;
const KINDS = new Map();
for (const [name, number] of Object.entries(language.Syntax.SyntaxKind)) {
  if (typeof number === 'number') KINDS.set(number, name);
}

// kind returns the name of a node's kind, for example "FilterOperator".
const kind = (node) => KINDS.get(node.Kind);

// children returns the nodes right below a node.
function children(node) {
  const found = [];
  for (let i = 0; i < node.ChildCount; i++) {
    const child = node.GetChild(i);
    if (child) found.push(child);
  }
  return found;
}

const child = (node, ...kinds) => children(node).find((c) => kinds.includes(kind(c)));

// elements returns the nodes of a list, without the commas.
function elements(list) {
  return children(list).map((c) => (kind(c) === 'SeparatedElement' ? children(c)[0] : c));
}

// lists returns the lists right below a node; parameters come first, expressions last.
const lists = (node) => children(node).filter((c) => kind(c) === 'List');

// expressions returns the nodes right below a node that are neither tokens nor lists.
const expressions = (node) => children(node).filter((c) => !/(Token|Keyword|^List)$/.test(kind(c)));

// source returns the text of a node, cut for messages.
const source = (node) => {
  const text = node.toString().trim().replace(/\s+/g, ' ');
  return JSON.stringify(text.length > 80 ? text.slice(0, 80) + '…' : text);
};

// typeOf returns the type of a scalar expression, for example "long".
function typeOf(node) {
  const type = node.ResultType;
  return type ? type.Name : 'unknown';
}

// columnsOf returns the columns of a table or of a tuple, or null.
function columnsOf(symbol) {
  if (!symbol || !symbol.Columns) return null;
  const list = symbol.Columns;
  const count = list.Count ?? globalThis.System.Array.getCount(list, Symbols.ColumnSymbol);
  const columns = [];
  for (let i = 0; i < count; i++) {
    columns.push(list.getItem ? list.getItem(i) : globalThis.System.Array.getItem(list, i, Symbols.ColumnSymbol));
  }
  return columns;
}

const isColumn = (symbol) => symbol instanceof Symbols.ColumnSymbol;
const isTable = (node) => node.ResultType instanceof Symbols.TableSymbol;

// resultName is the name that an expression without one gets as a column, or null.
const resultName = (node) => language.Binding.Binder.GetExpressionResultName(node, null) || null;

const schemaText = (columns) => '(' + columns.map((c) => `['${c.name}']: ${c.type}`).join(', ') + ')';

// watchlist declares _GetWatchlist: its columns are known for the watchlists that are given.
function watchlistFunction(watchlists) {
  const { Signature, FunctionSymbol, Parameter, ScalarTypes, Tabularity, TableSymbol } = Symbols;
  const result = (context) => {
    const name = context.GetArgument$1('watchlistAlias')?.ConstantValue;
    const columns = watchlists.get(name);
    return columns ? new TableSymbol.$ctor7(name, schemaText(columns), null) : new TableSymbol.ctor([]).WithIsOpen(true);
  };
  const parameter = new Parameter.$ctor2('watchlistAlias', ScalarTypes.String);
  return new FunctionSymbol.$ctor4('_GetWatchlist', [new Signature.ctor(result, Tabularity.Tabular, [parameter])]);
}

// declare prepares the parser for tables ([{name, columns}]) and, unless it is null, for a
// map of watchlists (name → columns).
function declare(tables, watchlists) {
  const symbols = tables.map((t) => new Symbols.TableSymbol.$ctor7(t.name, schemaText(t.columns), null));
  if (watchlists) symbols.push(watchlistFunction(watchlists));
  return language.GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor('tenant', symbols));
}

// A table that a fuzzy union names need not exist.
const ALLOWED = new Set(['KS205']);

// analyze parses a query and returns its tree and what is wrong with it.
function analyze(text, globals) {
  const code = language.KustoCode.ParseAndAnalyze(text, globals);
  const found = code.GetDiagnostics();
  const diagnostics = [];
  for (let i = 0; i < found.Count; i++) {
    const d = found.getItem(i);
    if (ALLOWED.has(d.Code)) continue;
    const before = text.slice(0, d.Start).split('\n');
    diagnostics.push({ line: before.length, column: before.at(-1).length + 1, code: d.Code, message: d.Message });
  }
  return { tree: code.Syntax, diagnostics };
}

module.exports = {
  kind, children, child, elements, lists, expressions, source, typeOf, columnsOf, isColumn, isTable,
  resultName, declare, analyze,
};
