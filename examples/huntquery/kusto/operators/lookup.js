'use strict';
// evaluate ipv4_lookup and ipv6_lookup: joins of addresses with ranges.
const p = require('../parser');
const { Table } = require('../scope');
const { unsupported } = require('../errors');
const ip = require('../addresses');
const expressions = require('../expressions');
const tabular = require('../tabular');
const { unique } = require('./names');
const { blank } = require('./join');

const FAMILIES = {
  ipv4_lookup: { parse: ip.prefix4, mask: ip.mask4, text: String },
  ipv6_lookup: { parse: ip.prefix6, mask: ip.mask6, text: (groups) => groups.join() },
};

// indexOf maps the length of prefixes to their ranges, so that an address is looked up once
// for each length.
function indexOf(rows, slot, family) {
  const lengths = new Map();
  for (const row of rows) {
    const range = family.parse(row[slot]);
    if (!range) continue;
    if (!lengths.has(range.bits)) lengths.set(range.bits, new Map());
    const ranges = lengths.get(range.bits);
    const key = family.text(family.mask(range.address, range.bits));
    if (ranges.has(key)) ranges.get(key).push(row);
    else ranges.set(key, [row]);
  }
  return lengths;
}

function matches(text, lengths, family) {
  const address = family.parse(text);
  if (!address) return [];
  const found = [];
  for (const [bits, ranges] of lengths) {
    // The shorter prefix of the two decides, as in ipv4_is_match().
    if (bits > address.bits) unsupported(`a lookup of the range ${JSON.stringify(text)}`);
    found.push(...(ranges.get(family.text(family.mask(address.address, bits))) ?? []));
  }
  return found;
}

function evaluate(node, input, scope) {
  const call = p.expressions(node)[0];
  const name = p.expressions(call)[0].SimpleName;
  const family = FAMILIES[name] ?? unsupported(`the plugin ${name}`, node);
  const nodes = p.elements(p.lists(p.child(call, 'ExpressionList'))[0]);
  const table = tabular.compileTable(nodes[0], scope);
  const slot = (columns, n) => {
    const at = columns.findIndex((c) => c.name === n.SimpleName);
    return at < 0 ? unsupported(`the column ${n.SimpleName}, which no table here has`, n) : at;
  };
  const source = slot(input.columns, nodes[1]);
  const range = slot(table.columns, nodes[2]);
  const extra = [];
  let unmatched = false;
  for (const n of nodes.slice(3)) {
    if (p.kind(n) === 'SimpleNamedExpression' || p.kind(n) === 'BooleanLiteralExpression') {
      unmatched = expressions.compile(n, scope).eval();
    } else {
      extra.push([slot(input.columns, n), slot(table.columns, n)]);
    }
  }
  // Extra keys come once, from the source.
  const added = table.columns.map((_, i) => i).filter((i) => !extra.some(([, r]) => r === i));
  const none = blank(added.map((i) => table.columns[i]));
  const columns = unique([...input.columns, ...added.map((i) => table.columns[i])]);
  return Table.streaming(columns, (visit) => {
    const lengths = indexOf(table.rows(), range, family);
    input.each((row) => {
      const found = matches(row[source], lengths, family).filter((other) => extra.every(([l, r]) => row[l] === other[r]));
      if (found.length === 0 && unmatched) visit([...row, ...none]);
      for (const other of found) visit([...row, ...added.map((i) => other[i])]);
    });
  });
}

module.exports = { EvaluateOperator: evaluate };
