'use strict';
// Names of columns, as the parser gives them.
const p = require('../parser');

// nameOf returns the name that the query gives an expression over some columns, or null.
function nameOf(node, columns) {
  if (p.kind(node) === 'SimpleNamedExpression') return node.Name.SimpleName;
  if (p.kind(node) === 'FunctionCallExpression' && /^column_?ifexists$/.test(p.expressions(node)[0].SimpleName)) {
    const wanted = p.elements(p.lists(p.child(node, 'ExpressionList'))[0])[0].LiteralValue;
    return columns.some((c) => c.name === wanted) ? wanted : null;
  }
  return p.resultName(node);
}

// Names keeps names apart: a second "a" becomes "a1", an expression without a name Column1.
class Names {
  constructor(taken = []) {
    this.taken = new Set(taken);
    this.unnamed = 0;
  }

  add(name) {
    if (name === null) {
      do this.unnamed++; while (this.taken.has(`Column${this.unnamed}`));
      return this.add(`Column${this.unnamed}`);
    }
    let unique = name;
    for (let n = 1; this.taken.has(unique); n++) unique = name + n;
    this.taken.add(unique);
    return unique;
  }
}

// unique makes the names of joined columns unique: [c, c, c1] becomes [c, c2, c1].
function unique(columns) {
  const names = new Names(columns.map((c) => c.name));
  const seen = new Set();
  return columns.map((column) => {
    if (seen.has(column.name)) return { ...column, name: names.add(column.name) };
    seen.add(column.name);
    return column;
  });
}

// matcher tests names against one that may hold wildcards.
function matcher(node) {
  const inner = p.kind(node) === 'OrderedExpression' ? p.expressions(node)[0] : node;
  if (p.kind(inner) === 'StarExpression') return () => true;
  const pattern = inner.SimpleName ?? inner.toString().trim();
  if (!pattern.includes('*')) return (name) => name === pattern;
  const regex = new RegExp('^' + pattern.split('*').map((s) => s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*') + '$');
  return (name) => regex.test(name);
}

// parameter returns a parameter of an operator such as kind=inner, as a node, or null.
function parameter(node, ...names) {
  for (const list of p.lists(node)) {
    for (const item of p.elements(list)) {
      if (p.kind(item) === 'NamedParameter' && names.includes(p.expressions(item)[0].SimpleName)) {
        return p.expressions(item)[1] ?? null;
      }
    }
  }
  return null;
}

// parameterText returns it as text, in lower case.
function parameterText(node, ...names) {
  const found = parameter(node, ...names);
  return found && found.toString().trim().toLowerCase();
}

module.exports = { nameOf, Names, unique, matcher, parameter, parameterText };
