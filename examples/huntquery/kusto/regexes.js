'use strict';
// Regular expressions of RE2 as regular expressions of JavaScript. What the two read
// differently is translated or refused.

const CLASSES = {
  alnum: '0-9A-Za-z', alpha: 'A-Za-z', ascii: '\\x00-\\x7f', blank: '\\t ', cntrl: '\\x00-\\x1f\\x7f', digit: '0-9',
  graph: '!-~', lower: 'a-z', print: ' -~', punct: '!-\\/:-@\\[-`{-~', space: '\\t\\n\\v\\f\\r ', upper: 'A-Z', word: '\\w', xdigit: '0-9A-Fa-f',
};

function refuse(pattern, what) {
  throw new Error(`kusto: regular expression: ${what} is not supported: ${JSON.stringify(pattern.slice(0, 80))}`);
}

function translate(pattern) {
  let flags = '';
  let source = pattern;
  const leading = /^\(\?([a-zA-Z-]+)\)/.exec(source);
  if (leading) {
    if (!/^[ims]+$/.test(leading[1])) refuse(pattern, leading[0]);
    flags = leading[1];
    source = source.slice(leading[0].length);
  }
  for (const found of source.matchAll(/\\(.)|\(\?(?!:|P?<[a-zA-Z])(.{0,3})/gs)) {
    if (found[1] === undefined) refuse(pattern, '(?' + found[2]);
    if (/[1-9kzZGCQE]/.test(found[1]) && found[1] !== 'z') refuse(pattern, '\\' + found[1]);
  }
  if (/(?<!\\)[*+?}]\+/.test(source)) refuse(pattern, 'a possessive quantifier');
  source = source
    .replace(/\(\?P</g, '(?<')
    .replace(/\[:(\^?)([a-z]+):\]/g, (all, not, name) => (not || !CLASSES[name] ? refuse(pattern, all) : CLASSES[name]))
    .replace(/\\(.)/gs, (all, letter) => {
      switch (letter) {
        case 'A': return flags.includes('m') ? refuse(pattern, '\\A with (?m)') : '^';
        case 'z': return flags.includes('m') ? refuse(pattern, '\\z with (?m)') : '$';
        case 'a': return '\\x07';
        default: return all;
      }
    });
  if (/\\[pP]/.test(source)) {
    source = source.replace(/\\([pP])([A-Z])/g, '\\$1{$2}').replace(/\\([^\w\s^$\\.*+?()[\]{}|/-])/g, '$1');
    flags += 'u';
  }
  return { source, flags };
}

const cache = new Map();

// compile returns the pattern as a global RegExp. It is shared: set lastIndex before use.
function compile(pattern) {
  let regex = cache.get(pattern);
  if (!regex) {
    const { source, flags } = translate(pattern);
    try {
      regex = new RegExp(source, flags + 'g');
    } catch (error) {
      throw new Error(`kusto: regular expression: ${error.message.slice(0, 120)}`);
    }
    cache.set(pattern, regex);
  }
  return regex;
}

function test(pattern, text) {
  const regex = compile(pattern);
  regex.lastIndex = 0;
  return regex.test(text);
}

function first(pattern, text) {
  const regex = compile(pattern);
  regex.lastIndex = 0;
  return regex.exec(text);
}

const all = (pattern, text) => [...text.matchAll(compile(pattern))];

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

module.exports = { compile, test, first, all, escape };
