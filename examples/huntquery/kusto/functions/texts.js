'use strict';
// Functions of texts. Places and lengths count characters, not the halves of JavaScript.
const { text, values, special } = require('./define');
const { combine } = require('../scope');
const { unsupported } = require('../errors');
const { toText, to } = require('../convert');
const regexes = require('../regexes');

const WIDE = /[\ud800-\udfff]/;
const characters = (s) => (WIDE.test(s) ? [...s] : s);
const join = (part) => (typeof part === 'string' ? part : part.join(''));

function substring(source, start, length) {
  const all = characters(source);
  const from = start < 0 ? Math.max(0, all.length + start) : start;
  if (length !== undefined && length < 0) return '';
  return join(all.slice(from, length === undefined ? undefined : from + length));
}

function indexOf(source, lookup, start = 0, length = -1, occurrence = 1) {
  const from = start < 0 ? Math.max(0, source.length + start) : start;
  const end = length < 0 ? source.length : Math.min(source.length, from + length);
  if (occurrence < 1) return null;
  let at = from - 1;
  for (let n = 0; n < occurrence; n++) {
    at = source.indexOf(lookup, at + 1);
    if (at < 0 || at + lookup.length > end) return -1;
  }
  return at;
}

function split(source, delimiter, index) {
  const parts = delimiter === '' ? [source] : source.split(delimiter);
  if (index === undefined) return parts;
  const part = index < 0 ? undefined : parts[index];
  return part === undefined ? [] : [part];
}

function replaceMany(source, lookups, rewrites) {
  if (!Array.isArray(lookups)) return null;
  return lookups.reduce((result, lookup, i) => {
    const rewrite = Array.isArray(rewrites) ? rewrites[i] : rewrites;
    return replaceAll(result, lookup, rewrite);
  }, toText(source, 'dynamic'));
}

const replaceAll = (source, lookup, rewrite) => (lookup === '' ? source : source.split(lookup).join(rewrite));

// rewriteOf turns \0 to \9 of RE2 into what replace() takes.
const rewriteOf = (rewrite) => rewrite.replace(/\$/g, '$$$$').replace(/\\(\d)|\\\\/g, (all, digit) => {
  if (digit === undefined) return '\\';
  return digit === '0' ? '$&' : '$' + digit;
});

const replaceRegex = (source, pattern, rewrite) => source.replace(regexes.compile(pattern), rewriteOf(rewrite));

// extract takes a capture group; 0 is all of the match.
function extract(call) {
  const [pattern, group, source] = call.args;
  const found = combine('string', [pattern, group, source], (row) => {
    const index = group.eval(row);
    const match = regexes.first(pattern.eval(row), toText(source.eval(row), source.type));
    return (match && (typeof index === 'string' ? match.groups?.[index] : match[index])) ?? '';
  });
  if (!call.args[3]) return found;
  const convert = to(call.type);
  return combine(call.type, [found], (row) => convert(found.eval(row), 'string'));
}

function extractAll(call) {
  const groups = call.args.length === 3 ? call.args[1] : null;
  const pattern = call.args[0];
  const source = call.args.at(-1);
  return combine('dynamic', call.args, (row) => {
    const matches = regexes.all(pattern.eval(row), toText(source.eval(row), source.type));
    if (matches.length === 0) return null;
    const wanted = groups ? groups.eval(row) : matches[0].slice(1).map((_, i) => i + 1);
    if (wanted.length === 0) return unsupported('extract_all() without a group', call.node);
    const value = (match, group) => (typeof group === 'string' ? match.groups[group] : match[group]) ?? '';
    return matches.map((match) => (wanted.length === 1 ? value(match, wanted[0]) : wanted.map((g) => value(match, g))));
  });
}

const trimStart = (pattern, source) => trimAt(`^(?:${pattern})`, source);
const trimEnd = (pattern, source) => trimAt(`(?:${pattern})$`, source);
function trimAt(pattern, source) {
  const match = regexes.first(pattern, source);
  return match ? source.slice(0, match.index) + source.slice(match.index + match[0].length) : source;
}

function countOf(source, search, kind = 'normal') {
  if (kind === 'regex') return regexes.all(search, source).length;
  if (kind !== 'normal') return unsupported(`countof() of kind ${kind}`);
  let count = 0; // matches may overlap
  for (let at = source.indexOf(search); at >= 0; at = source.indexOf(search, at + 1)) count++;
  return count;
}

const compareTexts = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

const strcat = special((call) => joined(call, '', call.args));
const strcatDelim = special((call) => {
  const delimiter = call.args[0].eval();
  return joined(call, delimiter, call.args.slice(1));
});
function joined(call, delimiter, args) {
  return combine('string', args, (row) => args.map((arg) => toText(arg.eval(row), arg.type)).join(delimiter));
}

function decodeBase64(source) {
  const clean = source.trim();
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(clean) || clean.replace(/=+$/, '').length % 4 === 1) return null;
  const bytes = Buffer.from(clean, 'base64');
  const decoded = bytes.toString('utf8');
  return Buffer.from(decoded, 'utf8').equals(bytes) ? decoded : null;
}

module.exports = {
  strlen: text((s) => characters(s).length),
  string_size: text((s) => Buffer.byteLength(s, 'utf8')),
  tolower: text((s) => s.toLowerCase()),
  toupper: text((s) => s.toUpperCase()),
  substring: values(substring),
  indexof: values(indexOf),
  split: values(split),
  strcat,
  strcat_delim: strcatDelim,
  replace_string: text(replaceAll),
  replace_regex: text(replaceRegex),
  replace: text((pattern, rewrite, source) => replaceRegex(source, pattern, rewrite)),
  replace_strings: { fn: replaceMany, takes: 'dynamic', seesNull: false },
  extract: special(extract),
  extract_all: special(extractAll),
  trim: text((pattern, s) => trimEnd(pattern, trimStart(pattern, s))),
  trim_start: text(trimStart),
  trim_end: text(trimEnd),
  reverse: text((s) => join([...s].reverse())),
  countof: text(countOf),
  strcmp: text(compareTexts),
  strrep: special((call) => {
    const [value, times, delimiter] = call.args;
    return combine('string', call.args, (row) => {
      const count = times.eval(row);
      if (count === null) return '';
      return Array(Math.min(1024, Math.max(0, count))).fill(toText(value.eval(row), value.type)).join(delimiter ? delimiter.eval(row) : '');
    });
  }),
  base64_decode_tostring: text(decodeBase64),
  base64_encode_tostring: text((s) => Buffer.from(s, 'utf8').toString('base64')),
};
