'use strict';
// What an expression sees while it is compiled: names, the columns of the row, and the
// engine (tables, the time of now(), outside data).

// Row is the shape of the rows that one operator reads. The cursor is its place in them;
// prev(), row_number() and their kin need it.
class Row {
  constructor(columns) {
    this.columns = columns;
    this.slots = new Map(columns.map((c, i) => [c.name, i]));
    this.cursor = { rows: [], at: 0 };
  }
}

class Scope {
  constructor(engine, parent = null, row = null) {
    this.engine = engine;
    this.parent = parent;
    this.row = row;
    this.names = new Map();
    this.aggregates = null; // in a summarize: the calls found so far
    this.input = null; // in a subquery of mv-apply or partition: its source
  }

  // inner returns a scope with names of its own.
  inner() {
    const scope = new Scope(this.engine, this, this.row);
    scope.aggregates = this.aggregates;
    scope.input = this.input;
    return scope;
  }

  // over returns a scope for expressions over the columns of a table.
  over(columns) {
    const scope = new Scope(this.engine, this, new Row(columns));
    return scope;
  }

  define(name, binding) {
    this.names.set(name, binding);
  }

  find(name) {
    for (let scope = this; scope; scope = scope.parent) {
      const binding = scope.names.get(name);
      if (binding) return binding;
    }
    return null;
  }
}

// Expr is a compiled scalar expression. eval takes a row. row is the Row that it reads, or
// null if its value is always the same. windowed expressions also depend on the cursor.
class Expr {
  constructor(type, row, evaluate, windowed = false) {
    this.type = type;
    this.row = row;
    this.windowed = windowed;
    this.eval = row === null ? once(evaluate) : evaluate;
  }

  get constant() {
    return this.row === null;
  }
}

function once(evaluate) {
  let done = false;
  let value;
  return () => {
    if (!done) {
      value = evaluate();
      done = true;
    }
    return value;
  };
}

const literal = (type, value) => new Expr(type, null, () => value);

// combine makes an expression of others.
function combine(type, parts, evaluate) {
  const row = parts.find((p) => p.row !== null)?.row ?? null;
  return new Expr(type, row, evaluate, parts.some((p) => p.windowed));
}

// remember keeps the value of the last row, for a name that is used several times.
function remember(expr) {
  if (expr.constant) return expr;
  const { cursor } = expr.row;
  let last;
  let at;
  let value;
  return new Expr(expr.type, expr.row, (row) => {
    if (row !== last || (expr.windowed && at !== cursor.at)) {
      value = expr.eval(row);
      last = row;
      at = cursor.at;
    }
    return value;
  }, expr.windowed);
}

// Table is a compiled tabular expression: its columns [{name, type}] and its rows, which
// nobody changes. rows() returns them all; each(visit) hands over one after the other, so
// that a large join need not be held.
class Table {
  constructor(columns, rows, name = '', each = null) {
    this.columns = columns;
    this.name = name;
    this.rows = rows ?? (() => {
      const all = [];
      each((row) => all.push(row));
      return all;
    });
    this.each = each ?? ((visit) => rows().forEach((row) => visit(row)));
  }

  static streaming(columns, each) {
    return new Table(columns, null, '', each);
  }

  named(name) {
    return new Table(this.columns, this.rows, name, this.each);
  }

  // kept returns a table whose rows are found once.
  kept() {
    return new Table(this.columns, once(this.rows), this.name);
  }

  // walk visits the rows for expressions over a Row. Windowed ones need all rows at hand and
  // the cursor on each.
  walk(shape, exprs, visit) {
    if (!exprs.some((expr) => expr.windowed)) {
      this.each(visit);
      return;
    }
    const { cursor } = shape;
    cursor.rows = this.rows();
    cursor.rows.forEach((row, i) => {
      cursor.at = i;
      visit(row);
    });
  }
}

module.exports = { Row, Scope, Expr, Table, literal, combine, remember };
