'use strict';
// Window functions: they read other rows of the table than their own, so the table must be
// in order. The cursor of the Row tells them where they are.
const { Expr, literal } = require('./scope');
const { unsupported } = require('./errors');
const calls = require('./calls');
const expressions = require('./expressions');
const int = require('./integers');

const FUNCTIONS = {
  prev: neighbour(-1), next: neighbour(1), row_number: rowNumber, row_cumsum: rowCumsum,
  row_rank_dense: rowRankDense, row_window_session: rowWindowSession,
};

function compile(call) {
  const shape = call.scope.row;
  if (!shape) unsupported(`${call.name}() without a table`, call.node);
  const args = call.nodes.map((node) => expressions.compile(node, call.scope));
  return new Expr(call.type, shape, FUNCTIONS[call.name](args, shape, call), true);
}

function neighbour(direction) {
  return ([value, offset = literal('long', 1), initial], shape, call) => {
    if (value.windowed) unsupported(`${call.name}() of a window function`, call.node);
    const none = call.type === 'string' ? '' : null;
    const fallback = initial ? calls.coerce(initial, value.type, call.node) : literal(value.type, none);
    return (row) => {
      const { rows, at } = shape.cursor;
      const other = at + direction * Number(offset.eval(row));
      return other >= 0 && other < rows.length ? value.eval(rows[other]) : fallback.eval(row);
    };
  };
}

// counter keeps a state from row to row; the first row and each restart begin anew.
function counter(shape, restart, first, next) {
  let state;
  return (row) => {
    const again = shape.cursor.at === 0 || (restart !== undefined && restart.eval(row) === true);
    state = again ? first(row) : next(state, row);
    return state;
  };
}

function rowNumber([start = literal('long', 1), restart], shape) {
  return counter(shape, restart, (row) => start.eval(row), (n) => int.add(n, 1));
}

function rowCumsum([term, restart], shape) {
  const add = term.type === 'real' ? (a, b) => a + b : int.add;
  const value = (row) => term.eval(row) ?? 0;
  return counter(shape, restart, value, (sum, row) => add(sum, value(row)));
}

function rowRankDense([term, restart], shape) {
  let last;
  const count = counter(shape, restart, () => 1, (rank, row) => (term.eval(row) === last ? rank : rank + 1));
  return (row) => {
    const rank = count(row);
    last = term.eval(row);
    return rank;
  };
}

// rowWindowSession returns the first time of the session that a row belongs to.
function rowWindowSession([time, fromFirst, between, restart], shape) {
  let session = null;
  let last = null;
  return (row) => {
    const value = time.eval(row);
    const fresh = shape.cursor.at === 0 || session === null || value === null
      || value >= int.add(session, fromFirst.eval(row)) || value >= int.add(last, between.eval(row))
      || (restart !== undefined && restart.eval(row) === true);
    if (fresh) session = value;
    last = value;
    return session;
  };
}

Object.assign(exports, { FUNCTIONS, compile });
