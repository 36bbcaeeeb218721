'use strict';
// The tables that a query may find, by where it runs. Each file in schemas/ says where its
// columns come from and what is assumed.
const TYPES = {
  bool: 'bool', boolean: 'bool', datetime: 'datetime', date: 'datetime', decimal: 'decimal', dynamic: 'dynamic', guid: 'guid',
  int: 'int', long: 'long', real: 'real', double: 'real', string: 'string', timespan: 'timespan', time: 'timespan',
};

const SCHEMAS = {
  defender: () => require('./schemas/defender'),
  sentinel: () => require('./schemas/sentinel'),
  adx: () => require('./schemas/adx'),
};

// named returns the tables of a schema as a map from name to columns.
function named(schema) {
  const load = SCHEMAS[schema];
  if (!load) throw new Error(`kusto: schema: ${JSON.stringify(schema)} is none of ${Object.keys(SCHEMAS).join(', ')}`);
  return new Map(Object.entries(load()));
}

// parse reads a table such as "T(Name:string,Count:long)".
function parse(text) {
  const m = /^\s*(\w+)\s*\((.*)\)\s*$/s.exec(text);
  if (!m) throw new Error(`kusto: table: no Name(Column:type,…): ${JSON.stringify(text.slice(0, 80))}`);
  const columns = m[2].split(',').filter((part) => part.trim() !== '').map((part) => {
    const [name, type] = part.split(':').map((s) => s.trim());
    if (!/^\w+$/.test(name) || !TYPES[type]) throw new Error(`kusto: table: no Column:type: ${JSON.stringify(part.slice(0, 80))}`);
    return { name, type: TYPES[type] };
  });
  return { name: m[1], columns };
}

module.exports = { named, parse };
