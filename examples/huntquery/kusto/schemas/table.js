'use strict';
// table reads the columns of a table from words such as "Timestamp:datetime Url": a column
// without a type is a string.
function table(words) {
  return words.trim().split(/\s+/).map((word) => {
    const [name, type = 'string'] = word.split(':');
    return { name, type };
  });
}

// without leaves columns out.
const without = (columns, ...names) => columns.filter((c) => !names.includes(c.name));

// retyped gives columns of a name another type, or another name.
const retyped = (columns, types) => columns.map((c) => ({ ...c, type: types[c.name] ?? c.type }));
const renamed = (columns, names) => columns.map((c) => ({ ...c, name: names[c.name] ?? c.name }));

module.exports = { table, without, retyped, renamed };
