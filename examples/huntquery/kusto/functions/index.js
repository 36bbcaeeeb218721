'use strict';
// All scalar functions, by name.
const all = Object.assign(
  Object.create(null),
  require('./logic'), require('./conversions'), require('./numbers'), require('./texts'), require('./urls'),
  require('./times'), require('./arrays'), require('./bags'), require('./addresses'),
);

const find = (name) => all[name] || null;

module.exports = { find, names: Object.keys(all) };
