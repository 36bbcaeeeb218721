'use strict';
// Functions of property bags.
const { dynamic, special } = require('./define');
const { Expr, combine } = require('../scope');
const { unsupported } = require('../errors');
const { wrap } = require('../dynamics');
const { toText } = require('../convert');

const bags = (fn) => dynamic((first, ...rest) => (first instanceof Map ? fn(first, ...rest) : null));

function pack(call) {
  const { args } = call;
  return combine('dynamic', args, (row) => {
    const bag = new Map();
    for (let i = 0; i + 1 < args.length; i += 2) {
      bag.set(toText(args[i].eval(row), args[i].type), wrap(args[i + 1].eval(row), args[i + 1].type));
    }
    return bag;
  });
}

// packAll packs the whole row.
function packAll(call) {
  const { row: shape } = call.scope;
  const [ignoreEmpty] = call.args;
  return new Expr('dynamic', shape, (row) => {
    const skip = ignoreEmpty ? ignoreEmpty.eval(row) : false;
    const bag = new Map();
    shape.columns.forEach((column, i) => {
      if (skip && (row[i] === null || row[i] === '')) return;
      bag.set(column.name, wrap(row[i], column.type));
    });
    return bag;
  });
}

// merge keeps the value of the first bag that has a key.
function merge(...all) {
  const merged = new Map();
  const given = all.filter((bag) => bag instanceof Map);
  for (const bag of given) {
    for (const [name, value] of bag) if (!merged.has(name)) merged.set(name, value);
  }
  return given.length > 0 ? merged : null;
}

// find follows a path such as "key1" or "$.key1.key2".
function find(bag, path) {
  let value = bag;
  for (const name of steps(path)) {
    if (!(value instanceof Map) || !value.has(name)) return false;
    value = value.get(name);
  }
  return true;
}

function steps(path) {
  if (!path.startsWith('$')) return [path];
  const names = [...path.slice(1).matchAll(/\.([^.[\]]+)|\[['"]([^'"]+)['"]\]/g)].map((m) => m[1] ?? m[2]);
  if (names.length === 0) return unsupported(`the path ${JSON.stringify(path)}`);
  return names;
}

function removeKeys(bag, paths) {
  if (!Array.isArray(paths)) return null;
  return paths.reduce((rest, path) => without(rest, steps(path)), bag);
}

function without(bag, [name, ...rest]) {
  if (!(bag instanceof Map) || !bag.has(name)) return bag;
  const copy = new Map(bag);
  if (rest.length === 0) copy.delete(name);
  else copy.set(name, without(bag.get(name), rest));
  return copy;
}

module.exports = {
  pack: special(pack),
  bag_pack: special(pack),
  pack_dictionary: special(pack),
  pack_all: special(packAll),
  bag_keys: bags((bag) => [...bag.keys()]),
  bag_merge: dynamic(merge, true),
  bag_has_key: bags(find),
  bag_remove_keys: bags(removeKeys),
  bag_set_key: bags((bag, name, value) => new Map(bag).set(name, value)),
};
