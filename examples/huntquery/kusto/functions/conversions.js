'use strict';
// tolong() and the other conversions, and hashes.
const { combine } = require('../scope');
const { special } = require('./define');
const { unsupported } = require('../errors');
const { to, toText } = require('../convert');
const times = require('../times');
const int = require('../integers');
const hashes = require('../hashes');

const conversion = (type) => special((call) => {
  const [arg] = call.args;
  if (arg.type === type && type !== 'string') return arg;
  const convert = to(type);
  return combine(type, call.args, (row) => convert(arg.eval(row), arg.type));
});

// bytes is what hash() reads: a text as UTF-8, a number as 8 bytes.
function bytes(value, type, node) {
  const long = (n) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(BigInt(n));
    return buffer;
  };
  switch (type) {
    case 'string': return Buffer.from(value, 'utf8');
    case 'long': case 'timespan': return long(value);
    case 'datetime': return long(times.toTicks(value));
    default: return unsupported(`hash() of ${type}`, node);
  }
}

function hash(call) {
  const [source, mod] = call.args;
  return combine('long', call.args, (row) => {
    const value = source.eval(row);
    if (value === null) return null;
    const hashed = int.normal(hashes.xxhash64(bytes(value, source.type, call.node)));
    return mod ? int.modulo(hashed, mod.eval(row)) : hashed;
  });
}

const digest = (fn) => special((call) => {
  const [source] = call.args;
  return combine('string', call.args, (row) => fn(toText(source.eval(row), source.type)));
});

module.exports = {
  tostring: conversion('string'),
  tolong: conversion('long'),
  toint: conversion('int'),
  toreal: conversion('real'),
  todouble: conversion('real'),
  todecimal: conversion('decimal'),
  tobool: conversion('bool'),
  toboolean: conversion('bool'),
  todatetime: conversion('datetime'),
  totimespan: conversion('timespan'),
  totime: conversion('timespan'),
  toguid: conversion('guid'),
  todynamic: conversion('dynamic'),
  parse_json: conversion('dynamic'),
  parsejson: conversion('dynamic'),
  toobject: conversion('dynamic'),
  hash: special(hash),
  hash_xxhash64: special(hash),
  hash_sha256: digest(hashes.sha256),
  hash_sha1: digest(hashes.sha1),
  hash_md5: digest(hashes.md5),
};
