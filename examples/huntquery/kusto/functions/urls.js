'use strict';
// Functions of URLs.
const { text } = require('./define');
const { unsupported } = require('../errors');

// decode leaves alone what is no valid escape.
function decode(source) {
  return source.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    const bytes = Buffer.from(escapes.replace(/%/g, ''), 'hex');
    return bytes.toString('utf8');
  });
}

// encode escapes all but letters, digits, "-", "_" and ".". Whether it escapes some other
// signs is not documented.
function encode(source) {
  if (/[~!*'()]/.test(source)) unsupported('encoding one of ~!*\'()');
  return encodeURIComponent(source).replace(/%../g, (escape) => escape.toLowerCase());
}

function query(search) {
  const parameters = new Map();
  for (const pair of search.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const [name, value] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    parameters.set(decode(name), decode(value));
  }
  return parameters;
}

const URL_PARTS = /^([a-z][a-z0-9+.-]*):(?:\/\/(?:([^:@/?#]*)(?::([^@/?#]*))?@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d*))?)?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is;

// parseUrl returns the eight parts of an absolute URL, or null. The path has no leading
// slash, as on the page of parse_url(); queries seen in the field hint that it has one, so a
// query should not rely on it.
function parseUrl(source) {
  const m = URL_PARTS.exec(source.trim());
  if (!m) return null;
  return new Map([
    ['Scheme', m[1]], ['Host', m[4] || ''], ['Port', m[5] || ''], ['Path', m[6].replace(/^\//, '')], ['Username', m[2] || ''],
    ['Password', m[3] || ''], ['Query Parameters', query(m[7] || '')], ['Fragment', m[8] || ''],
  ]);
}

module.exports = {
  url_decode: text(decode),
  url_encode: text((source) => encode(source).replace(/%20/g, '+')),
  url_encode_component: text(encode),
  parse_url: text(parseUrl),
  parse_urlquery: text((source) => new Map([['Query Parameters', query(source.replace(/^\?/, ''))]])),
};
