'use strict';
// Functions of IPv4 and IPv6 addresses.
const { values } = require('./define');
const { unsupported } = require('../errors');
const ip = require('../addresses');
const terms = require('../terms');

// shorter takes the prefix of both and, if given, a third length.
function bits(a, b, extra, most) {
  return Math.min(a.bits, b.bits, extra === undefined ? most : extra);
}

function compare4(a, b, extra) {
  const [x, y] = [ip.prefix4(a), ip.prefix4(b)];
  if (!x || !y || (extra !== undefined && (extra < 0 || extra > 32))) return null;
  const length = bits(x, y, extra, 32);
  return Math.sign(ip.mask4(x.address, length) - ip.mask4(y.address, length));
}

// compare6 takes IPv4 texts as ::ffff:a.b.c.d.
function compare6(a, b, extra) {
  const [x, y] = [ip.prefix6(a), ip.prefix6(b)];
  if (!x || !y || (extra !== undefined && (extra < 0 || extra > 128))) return null;
  const length = bits(x, y, extra, 128);
  return ip.compare6(ip.mask6(x.address, length), ip.mask6(y.address, length));
}

const match = (compare) => (a, b, extra) => {
  const result = compare(a, b, extra);
  return result === null ? null : result === 0;
};

// inRange asks whether an address lies in a range; the address must have no prefix.
const inRange = (compare) => (address, range) => match(compare)(address, range);

// inAny takes ranges as arguments or as one array. A wrong range counts as no match as long
// as another one matches.
const inAny = (compare) => (address, ...given) => {
  let wrong = false;
  for (const range of given.flat()) {
    if (typeof range !== 'string') return unsupported('a range that is no text');
    const result = compare(address, range);
    if (result === 0) return true;
    if (result === null) wrong = true;
  }
  return wrong ? null : false;
};

const parse4 = (text) => {
  const found = ip.prefix4(text);
  return found && ip.mask4(found.address, found.bits);
};

function parseMask4(text, length) {
  const found = ip.prefix4(text);
  if (!found || length < 0 || length > 32) return null;
  return ip.mask4(found.address, Math.min(found.bits, length));
}

function parse6(text, length = 128) {
  const found = ip.prefix6(text);
  if (!found || length < 0 || length > 128) return '';
  return ip.text6(ip.mask6(found.address, Math.min(found.bits, length)));
}

function format4(value, length = 32) {
  const found = typeof value === 'string' ? ip.prefix4(value) : numeric(value);
  if (!found || length < 0 || length > 32) return '';
  return ip.text4(ip.mask4(found.address, Math.min(found.bits, length)));
}

const numeric = (value) => (value >= 0 && value < 2 ** 32 ? { address: Number(value), bits: 32 } : null);

function format4Mask(value, length) {
  const found = typeof value === 'string' ? ip.prefix4(value) : numeric(value);
  if (!found || (length !== undefined && (length < 0 || length > 32))) return '';
  const shortest = Math.min(found.bits, length ?? 32);
  return `${ip.text4(ip.mask4(found.address, shortest))}/${shortest}`;
}

function isPrivate(text) {
  const found = ip.prefix4(text);
  if (!found) return null;
  return ip.private4.some((range) => found.bits >= range.bits && ip.mask4(found.address, range.bits) === range.address);
}

// hasAddress looks for an address that nothing continues on either side.
function hasAddress(source, address) {
  return ip.parse4(address) !== null && terms.has(source, address);
}

module.exports = {
  ipv4_compare: values(compare4),
  ipv4_is_match: values(match(compare4)),
  ipv4_is_in_range: values(inRange(compare4)),
  ipv4_is_in_any_range: { fn: inAny(compare4), takes: 'dynamic', seesNull: false },
  ipv4_is_private: values(isPrivate),
  ipv4_netmask_suffix: values((text) => ip.prefix4(text)?.bits ?? null),
  parse_ipv4: values(parse4),
  parse_ipv4_mask: values(parseMask4),
  format_ipv4: values(format4),
  format_ipv4_mask: values(format4Mask),
  ipv6_compare: values(compare6),
  ipv6_is_match: values(match(compare6)),
  ipv6_is_in_range: values(inRange(compare6)),
  ipv6_is_in_any_range: { fn: inAny(compare6), takes: 'dynamic', seesNull: false },
  parse_ipv6: values(parse6),
  parse_ipv6_mask: values(parse6),
  has_ipv4: values(hasAddress),
};
