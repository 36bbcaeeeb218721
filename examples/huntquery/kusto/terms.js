'use strict';
// The terms that the operator "has" and its relatives search for. A term is a run of
// letters and digits; the place before and after a match must not continue it.

const WORD = /[\p{L}\p{N}]/u;
const isWord = (text, at) => {
  const code = text.charCodeAt(at);
  if (code < 128) return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  return code >= 128 && WORD.test(text[at]);
};

function find(text, term, accept) {
  if (term === '') return true;
  for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + 1)) {
    if (accept(at, at + term.length)) return true;
  }
  return false;
}

// A border lies where two neighbours are not both letters or digits.
const border = (text, at) => at <= 0 || at >= text.length || !(isWord(text, at - 1) && isWord(text, at));

const has = (text, term) => find(text, term, (from, to) => border(text, from) && border(text, to));
const hasPrefix = (text, term) => find(text, term, (from) => border(text, from));
const hasSuffix = (text, term) => find(text, term, (from, to) => border(text, to));

module.exports = { has, hasPrefix, hasSuffix };
