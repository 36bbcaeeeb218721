'use strict';
// Where tables come from: datatable, print, range, externaldata, watchlists.
exports.watchlist = watchlist; // first, because the compilers need each other
exports.tableByName = tableByName;
const p = require('./parser');
const { Table } = require('./scope');
const { unsupported } = require('./errors');
const { to } = require('./convert');
const { wrap } = require('./dynamics');
const expressions = require('./expressions');
const csv = require('./csv');
const int = require('./integers');

exports.KINDS = {
  DataTableExpression: dataTable, PrintOperator: print, RangeOperator: range, ExternalDataExpression: externalData,
};

function schemaOf(node) {
  const list = p.lists(p.child(node, 'RowSchema'))[0];
  return p.elements(list).map((column) => {
    const [name] = p.expressions(column);
    return { name: name.SimpleName, type: p.typeOf(name) };
  });
}

function dataTable(node, scope) {
  const columns = schemaOf(node);
  const cells = p.elements(p.lists(node).at(-1)).map((n) => expressions.compile(n, scope));
  const rows = [];
  for (let i = 0; i < cells.length; i += columns.length) {
    rows.push(columns.map((column, j) => cell(cells[i + j], column.type, node)));
  }
  return new Table(columns, () => rows);
}

function cell(expr, type, node) {
  const value = expr.eval();
  if (value === null) return type === 'string' ? '' : null;
  if (expr.type === type) return value;
  if (type === 'dynamic') return wrap(value, expr.type);
  const converted = to(type)(value, expr.type);
  return converted ?? unsupported(`${expr.type} in a column of type ${type}`, node);
}

function print(node, scope) {
  const exprs = p.elements(p.lists(node).at(-1)).map((n) => expressions.compile(n, scope));
  const columns = p.columnsOf(node.ResultType).map((c, i) => ({ name: c.Name, type: exprs[i].type }));
  return new Table(columns, () => [exprs.map((e) => e.eval())]);
}

function range(node, scope) {
  const [declaration, ...bounds] = p.expressions(node);
  const [from, end, step] = bounds.map((n) => expressions.compile(n, scope));
  const type = p.columnsOf(node.ResultType)[0].Type.Name;
  const next = type === 'real' ? (v) => v + Number(step.eval()) : (v) => int.add(v, step.eval());
  return new Table([{ name: declaration.SimpleName, type }], () => {
    const [last, up] = [end.eval(), step.eval() > 0];
    const rows = [];
    let value = type === 'real' ? Number(from.eval()) : from.eval();
    if (value === null || last === null) return rows;
    for (; up ? value <= last : value >= last; value = next(value)) rows.push([value]);
    return rows;
  });
}

// externalData reads the file that stands for the URL (--external).
function externalData(node, scope) {
  const columns = schemaOf(node);
  const urls = p.elements(p.lists(node).at(-1)).map((n) => expressions.compile(n, scope).eval());
  const options = { format: 'csv', ignoreFirstRecord: false };
  const clause = p.child(node, 'ExternalDataWithClause');
  for (const parameter of clause ? p.elements(p.lists(clause)[0]) : []) {
    const [name, value] = p.expressions(parameter);
    options[name.SimpleName] = expressions.compile(value, scope).eval();
  }
  if (options.format !== 'csv') unsupported(`externaldata of format ${JSON.stringify(options.format)}`, node);
  return new Table(columns, () => urls.flatMap((url) => {
    const file = scope.engine.external.get(url);
    if (!file) unsupported(`the URL ${JSON.stringify(url)}, for which --external names no file`);
    const records = csv.readFile(file);
    return (options.ignoreFirstRecord ? records.slice(1) : records).map((record) => columns.map((column, i) => {
      const text = record[i] ?? '';
      if (column.type === 'string') return text;
      return text === '' ? null : to(column.type)(text, 'string');
    }));
  }));
}

function watchlist(name, scope) {
  const found = scope.engine.watchlists.get(name);
  return found || unsupported(`the watchlist ${JSON.stringify(name)}, for which --watchlist names no file`);
}

function tableByName(name, scope) {
  return scope.engine.table(name) || unsupported(`the table ${JSON.stringify(name)}`);
}
