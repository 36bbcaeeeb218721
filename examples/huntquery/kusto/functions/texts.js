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

// indexOf finds an occurrence between two places. It turns its operands into texts.
const indexOf = special((call) => {
  const [source, lookup] = call.args;
  return combine('long', call.args, (row) => {
    const [start = 0, length = -1, occurrence = 1] = call.args.slice(2).map((arg) => arg.eval(row));
    if (occurrence < 0 || length < -1) return null;
    const text = characters(toText(source.eval(row), source.type));
    const part = toText(lookup.eval(row), lookup.type);
    let at = (start < 0 ? Math.max(0, text.length + start) : start) - 1;
    // After each occurrence the search starts again behind it, with the same length.
    for (let n = 0; n < occurrence; n++) {
      const from = at + 1;
      const window = join(text.slice(from, length < 0 ? undefined : from + length));
      const found = window.indexOf(part);
      if (found < 0) return -1;
      at = from + characters(window.slice(0, found)).length;
    }
    return at;
  });
});

function split(source, delimiter, index) {
  const parts = delimiter === '' ? [source] : source.split(delimiter);
  if (index === undefined) return parts;
  const part = index < 0 ? undefined : parts[index];
  return part === undefined ? [] : [part];
}

// replaceMany lets the first lookup take its matches, then the second what is left, and so
// on. A match whose rewrite is no text stays as it is, and is taken.
function replaceMany(source, lookups, rewrites) {
  if (!Array.isArray(lookups) || !Array.isArray(rewrites)) return null;
  let pieces = [{ text: toText(source, 'dynamic'), taken: false }];
  lookups.forEach((lookup, i) => {
    if (typeof lookup !== 'string' || lookup === '') return;
    const rewrite = typeof rewrites[i] === 'string' ? rewrites[i] : lookup;
    pieces = pieces.flatMap((piece) => {
      if (piece.taken) return [piece];
      return piece.text.split(lookup).flatMap((text, n) => (n === 0 ? [{ text, taken: false }] : [{ text: rewrite, taken: true }, { text, taken: false }]));
    });
  });
  return pieces.map((piece) => piece.text).join('');
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
  if (!match || match[0] === '') return source;
  const rest = source.slice(0, match.index) + source.slice(match.index + match[0].length);
  // The pages do not say whether "-" trims "--a" to "-a" or to "a".
  if (regexes.first(pattern, rest)?.[0]) return unsupported(`trimming ${JSON.stringify(source.slice(0, 80))}, where the pattern matches twice`);
  return rest;
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
  indexof: indexOf,
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
