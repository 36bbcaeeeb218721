'use strict';
// IPv4 and IPv6 addresses and ranges. An IPv4 address is a number, an IPv6 address an array
// of 8 groups of 16 bits.

// parse4 reads a dotted address and returns a number, or null.
function parse4(text) {
  const m = /^\s*(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\s*$/.exec(text);
  if (!m) return null;
  let value = 0;
  for (let i = 1; i <= 4; i++) {
    const part = Number(m[i]);
    if (part > 255) return null;
    value = value * 256 + part;
  }
  return value;
}

function text4(value) {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

// mask4 keeps the first bits of an address.
function mask4(value, bits) {
  const size = 2 ** (32 - bits);
  return value - (value % size);
}

function prefix(text, most, parse) {
  const slash = text.indexOf('/');
  if (slash < 0) {
    const address = parse(text);
    return address === null ? null : { address, bits: most };
  }
  const digits = text.slice(slash + 1).trim();
  if (!/^\d{1,3}$/.test(digits) || Number(digits) > most) return null;
  const address = parse(text.slice(0, slash));
  return address === null ? null : { address, bits: Number(digits) };
}

// prefix4 reads "1.2.3.0/24"; a bare address has 32 bits.
const prefix4 = (text) => prefix(text, 32, parse4);

// mapped lets ::1.2.3.4 stand for 1.2.3.4, as the pages of parse_ipv6_mask() and
// ipv6_compare() have it.
const mapped = (text) => (/^::\d+\.\d+\./.test(text) ? text.slice(2) : text);

// parse6 reads an IPv6 address, or an IPv4 address as ::ffff:a.b.c.d, into 8 groups.
function parse6(text) {
  const trimmed = text.trim();
  const four = parse4(mapped(trimmed));
  if (four !== null) return [0, 0, 0, 0, 0, 0xffff, Math.floor(four / 65536), four % 65536];
  const zone = trimmed.indexOf('%');
  let rest = zone < 0 ? trimmed : trimmed.slice(0, zone);
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(rest);
  if (dotted) {
    const low = parse4(dotted[2]);
    if (low === null) return null;
    rest = dotted[1] + Math.floor(low / 65536).toString(16) + ':' + (low % 65536).toString(16);
  }
  const halves = rest.split('::');
  if (!rest.includes(':') || halves.length > 2) return null;
  const groups = (half) => (half === '' ? [] : half.split(':'));
  const head = groups(halves[0]);
  const tail = halves.length === 2 ? groups(halves[1]) : [];
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const all = [...head, ...Array(missing).fill('0'), ...tail];
  return all.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? all.map((group) => parseInt(group, 16)) : null;
}

// text6 is the full form, as parse_ipv6() writes it.
const text6 = (groups) => groups.map((group) => group.toString(16).padStart(4, '0')).join(':');

function mask6(groups, bits) {
  return groups.map((group, i) => {
    const kept = Math.min(16, Math.max(0, bits - 16 * i));
    return group & (0xffff << (16 - kept)) & 0xffff;
  });
}

// prefix6 reads "2603::/16". The mask of an IPv4 prefix counts after the 96 bits before it.
function prefix6(text) {
  const four = prefix4(mapped(text.trim()));
  if (four !== null) return { address: parse6(text4(four.address)), bits: four.bits + 96 };
  return prefix(text, 128, parse6);
}

function compare6(a, b) {
  for (let i = 0; i < 8; i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}

const private4 = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map(prefix4);

module.exports = { parse4, text4, mask4, prefix4, private4, parse6, text6, mask6, prefix6, compare6 };
