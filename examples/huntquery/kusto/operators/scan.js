'use strict';
// scan: steps that match one record after the other and remember what they matched.
const p = require('../parser');
const { Expr, Table } = require('../scope');
const { unsupported } = require('../errors');
const calls = require('../calls');
const expressions = require('../expressions');
const { parameter } = require('./names');

// declared returns the columns of the declare clause with their defaults.
function declared(node, scope) {
  const clause = p.child(node, 'ScanDeclareClause');
  return (clause ? p.elements(p.lists(clause)[0]) : []).map((item) => {
    const [nameAndType, initial] = p.expressions(item);
    const [name] = p.expressions(nameAndType);
    const type = p.typeOf(name);
    const value = initial ? calls.coerce(expressions.compile(p.expressions(initial)[0], scope), type, item).eval() : null;
    return { name: name.SimpleName, type, value: value ?? (type === 'string' ? '' : null) };
  });
}

// compileSteps compiles conditions and assignments. They see the columns of the record and,
// as step.column, what earlier records left in the state.
function compileSteps(node, inner, extra) {
  const nodes = p.elements(p.lists(node).find((list) => p.elements(list).some((n) => p.kind(n) === 'ScanStep')));
  nodes.forEach((n, i) => inner.define(p.child(n, 'NameDeclaration').SimpleName, { step: i, extra }));
  return nodes.map((n) => {
    const output = p.child(n, 'ScanStepOutput');
    const mode = output ? output.toString().split('=')[1].trim() : 'all';
    if (mode !== 'all' && mode !== 'none') unsupported(`output=${mode} of a step`, n);
    const clause = p.child(n, 'ScanComputationClause');
    const condition = p.expressions(n).find((c) => !['NameDeclaration', 'ScanStepOutput', 'ScanComputationClause'].includes(p.kind(c)));
    return {
      silent: mode === 'none',
      condition: expressions.compile(condition, inner),
      assignments: (clause ? p.elements(p.lists(clause)[0]) : []).map((assignment) => {
        const [target, value] = p.expressions(assignment);
        const slot = inner.row.slots.get(target.SimpleName);
        return [slot, calls.coerce(expressions.compile(value, inner), inner.row.columns[slot].type, assignment)];
      }),
    };
  });
}

function scan(node, input, scope) {
  for (const clause of ['ScanOrderByClause', 'ScanPartitionByClause']) {
    if (p.child(node, clause)) unsupported(clause, node);
  }
  const extra = declared(node, scope);
  const columns = [...input.columns, ...extra.map(({ name, type }) => ({ name, type }))];
  const inner = scope.over(columns);
  const steps = compileSteps(node, inner, extra);
  const id = parameter(node, 'with_match_id')?.SimpleName;
  if (!id) scope.engine.incomplete = true; // the parser has a column match_id in any case
  const defaults = extra.map((column) => column.value);
  return Table.streaming(id ? [...columns, { name: id, type: 'long' }] : columns, (visit) => {
    const states = steps.map(() => null); // a state: the id of the match and a record for each step
    let matches = 0;
    input.each((record) => {
      const row = [...record, ...defaults];
      for (let k = steps.length - 1; k >= 0; k--) {
        const state = found(k, row);
        if (!state) continue;
        const extended = row.slice();
        inner.row.state = state.records;
        for (const [slot, expr] of steps[k].assignments) extended[slot] = expr.eval(row);
        state.records[k] = extended;
        states[k] = state;
        if (!steps[k].silent) visit(id ? [...extended, state.id] : extended);
      }
    });

    // found returns the state with which a record matches step k, or null. A match of the
    // step before is promoted.
    function found(k, row) {
      const holds = (state) => {
        inner.row.state = state?.records ?? [];
        return steps[k].condition.eval(row) === true;
      };
      if (k > 0 && states[k - 1] && holds(states[k - 1])) {
        const promoted = states[k - 1];
        states[k - 1] = null;
        return promoted;
      }
      if ((k === 0 || states[k]) && holds(states[k])) return states[k] ?? { id: matches++, records: [] };
      return null;
    }
  });
}

// member compiles step.column: the value in the state, or the default if there is none.
function member(binding, name, scope, node) {
  const shape = scope.row;
  const slot = shape.slots.get(name) ?? unsupported(`the column ${name}`, node);
  const { type } = shape.columns[slot];
  const initial = binding.extra.find((column) => column.name === name)?.value ?? (type === 'string' ? '' : null);
  return new Expr(type, shape, () => {
    const record = shape.state[binding.step];
    return record ? record[slot] : initial;
  });
}

module.exports = { ScanOperator: scan };
Object.defineProperty(module.exports, 'member', { value: member }); // not an operator's kind
