'use strict';
// Functions of addresses, with the examples of their pages.
const { cases, table } = require('./testing');

const one = (...cells) => [cells];

const same4 = [
  ['192.168.1.0', '192.168.1.0'], ['192.168.1.1/24', '192.168.1.255'], ['192.168.1.1', '192.168.1.255/24'], ['192.168.1.1/30', '192.168.1.255/24'],
];
const prefixed4 = [['192.168.1.1', '192.168.1.0', 31], ['192.168.1.1/24', '192.168.1.255', 31], ['192.168.1.1', '192.168.1.255', 24]];
const same6 = [
  ['192.168.1.1', '192.168.1.1'], ['192.168.1.1/24', '192.168.1.255'], ['192.168.1.1', '192.168.1.255/24'], ['192.168.1.1/30', '192.168.1.255/24'],
  ['fe80::85d:e82c:9446:7994', 'fe80::85d:e82c:9446:7994'], ['fe80::85d:e82c:9446:7994/120', 'fe80::85d:e82c:9446:7998'],
  ['fe80::85d:e82c:9446:7994', 'fe80::85d:e82c:9446:7998/120'], ['fe80::85d:e82c:9446:7994/120', 'fe80::85d:e82c:9446:7998/120'],
  ['192.168.1.1', '::ffff:c0a8:0101'], ['192.168.1.1/24', '::ffff:c0a8:01ff'], ['::ffff:c0a8:0101', '192.168.1.255/24'], ['::192.168.1.1/30', '192.168.1.255/24'],
];
const prefixed6 = [
  ['192.168.1.1', '192.168.1.0', 31], ['192.168.1.1/24', '192.168.1.255', 31], ['192.168.1.1', '192.168.1.255', 24],
  ['fe80::85d:e82c:9446:7994', 'fe80::85d:e82c:9446:7995', 127], ['fe80::85d:e82c:9446:7994/127', 'fe80::85d:e82c:9446:7998', 120],
  ['fe80::85d:e82c:9446:7994/120', 'fe80::85d:e82c:9446:7998', 127], ['192.168.1.1/24', '::ffff:c0a8:01ff', 127],
  ['::ffff:c0a8:0101', '192.168.1.255', 120], ['::192.168.1.1/30', '192.168.1.255/24', 127],
];
const call = (name) => ([a, b, prefix]) => `${name}("${a}", "${b}"${prefix === undefined ? '' : ', ' + prefix})`;
const all = (name, list) => list.map(call(name)).join(', ');

cases('IPv4', [
  ['ipv4-is-match-function', all('ipv4_is_match', same4), one(...same4.map(() => true))],
  ['ipv4-is-match-function: prefix', all('ipv4_is_match', prefixed4), one(...prefixed4.map(() => true))],
  ['ipv4_is_match: other addresses', 'ipv4_is_match("192.168.1.1", "192.168.1.2"), isnull(ipv4_is_match("x", "192.168.1.2")), isnull(ipv4_is_match("1.2.3.256", "1.2.3.4"))', one(false, true, true)],
  ['ipv4-compare-function', all('ipv4_compare', same4), one(...same4.map(() => 0))],
  ['ipv4-compare-function: prefix', all('ipv4_compare', prefixed4), one(...prefixed4.map(() => 0))],
  ['ipv4_compare: order', 'ipv4_compare("10.0.0.2", "10.0.0.1"), ipv4_compare("10.0.0.1", "10.0.0.2")', one(1, -1)],
  ['ipv4-is-in-range-function', 'ipv4_is_in_range("192.168.1.1", "192.168.1.1"), ipv4_is_in_range("192.168.1.1", "192.168.1.255/24"), ipv4_is_in_range("192.168.2.1", "192.168.1.255/24")', one(true, true, false)],
  ['ipv4-is-in-any-range-function', 'ipv4_is_in_any_range("192.168.1.6", "192.168.1.1/24", "10.0.0.1/8", "127.1.0.1/16"), ipv4_is_in_any_range("127.0.0.1", dynamic(["127.0.0.1", "192.168.1.1"]))', one(true, true)],
  ['ipv4-is-in-any-range-function: table', `let LocalNetworks=dynamic(["192.168.1.1/16", "127.0.0.1/8", "10.0.0.1/8"]);
    datatable(IP:string) ["10.1.2.3", "192.168.1.5", "123.1.11.21", "1.1.1.1"] | extend IsLocal=ipv4_is_in_any_range(IP, LocalNetworks)`,
  table('10.1.2.3|true\n192.168.1.5|true\n123.1.11.21|false\n1.1.1.1|false')],
  ['ipv4_is_in_any_range: an IPv6 address has no answer', 'isnull(ipv4_is_in_any_range("2603::1", "10.0.0.0/8"))', true],
  ['ipv4-is-private-function', "ipv4_is_private('192.168.1.1/24'), ipv4_is_private('10.1.2.3/24'), ipv4_is_private('202.1.2.3'), ipv4_is_private('127.0.0.1'), ipv4_is_private('172.31.0.1'), ipv4_is_private('172.32.0.1')", one(true, true, false, false, true, false)],
  ['ipv4-netmask-suffix-function', "ipv4_netmask_suffix('10.1.2.3'), ipv4_netmask_suffix('192.168.1.1/24'), ipv4_netmask_suffix('127.0.0.1/16')", one(32, 24, 16)],
  ['parse-ipv4-function', "parse_ipv4('192.168.1.1'), parse_ipv4('192.168.1.1/24'), parse_ipv4('255.255.255.255/31'), isnull(parse_ipv4('x'))", one(3232235777, 3232235776, 4294967294, true)],
  ['parse-ipv4-mask-function', 'parse_ipv4_mask("127.0.0.1", 24)', 2130706432],
  ['format-ipv4-function', `datatable(address:string, mask:long)['192.168.1.1', 24, '192.168.1.1', 32, '192.168.1.1/24', 32, '192.168.1.1/24', long(-1)]
    | project format_ipv4(address, mask), format_ipv4_mask(address, mask)`, [['192.168.1.0', '192.168.1.0/24'], ['192.168.1.1', '192.168.1.1/32'], ['192.168.1.0', '192.168.1.0/24'], ['', '']]],
  ['format_ipv4: a number', 'format_ipv4(3232235777), format_ipv4(3232235777, 16)', one('192.168.1.1', '192.168.0.0')],
  ['has-ipv4-function', `has_ipv4('05:04:54 127.0.0.1 GET /favicon.ico 404', '127.0.0.1'), has_ipv4('05:04:54 127.0.0.256 GET /favicon.ico 404', '127.0.0.256'), has_ipv4('05:04:54127.0.0.1 GET /favicon.ico 404', '127.0.0.1')`, one(true, false, false)],
]);

const long = 'a5e:f127:8a9d:146d:e102:b5d3:c755:';

cases('IPv6', [
  ['ipv6-is-match-function', all('ipv6_is_match', same6), one(...same6.map(() => true))],
  ['ipv6-is-match-function: prefix', all('ipv6_is_match', prefixed6), one(...prefixed6.map(() => true))],
  ['ipv6_is_match: an IPv4 address is ::ffff:0:0/96', 'ipv6_is_match("52.1.1.1", "::ffff:0:0/96"), ipv6_is_match("52.1.1.1", "2603::/16"), isnull(ipv6_is_match("x", "2603::/16"))', one(true, false, true)],
  ['ipv6-compare-function', all('ipv6_compare', same6), one(...same6.map(() => 0))],
  ['ipv6-compare-function: less, greater, no address', 'ipv6_compare("fe80::1", "fe80::2"), ipv6_compare("192.168.1.2", "192.168.1.1"), isnull(ipv6_compare("x", "::1"))', one(-1, 1, true)],
  ['ipv6-compare-function: prefix', all('ipv6_compare', prefixed6), one(...prefixed6.map(() => 0))],
  ['ipv6-is-in-range-function', `ipv6_is_in_range("${long}abcd", "${long}0000/112"), ipv6_is_in_range("${long}abcd", "${long}abcd"), ipv6_is_in_range("${long}abcd", "0:0:0:0:0:ffff:c0a8:ac/60")`, one(true, true, false)],
  ['ipv6-is-in-any-range-function', `let LocalNetworks=dynamic(["${long}f6cd/112", "0:0:0:0:0:ffff:c0a8:ac/60"]);
    datatable(IP:string) ["${long}abcd", "${long}abce", "a5e:f127:8a9d:146d:e102:b5d3:c756:abd1"] | project ipv6_is_in_any_range(IP, LocalNetworks)`, [[true], [true], [false]]],
  ['ipv6-is-in-any-range-function: arguments', `ipv6_is_in_any_range("${long}f6cd", "${long}f6cd/112", "0:0:0:0:0:ffff:c0a8:ac/60")`, true],
  ['parse-ipv6-function', "parse_ipv6('192.168.255.255'), parse_ipv6('192.168.255.255/24'), parse_ipv6('255.255.255.255'), parse_ipv6('x')", one(
    '0000:0000:0000:0000:0000:ffff:c0a8:ffff', '0000:0000:0000:0000:0000:ffff:c0a8:ff00', '0000:0000:0000:0000:0000:ffff:ffff:ffff', '')],
  ['parse-ipv6-mask-function', `datatable(ip: string, netmask: long)['192.168.255.255', 120, '192.168.255.255/24', 124, '255.255.255.255', 128, 'fe80::85d:e82c:9446:7994', 128,
    'fe80::85d:e82c:9446:7994/120', 124, '::192.168.255.255', 128, '::192.168.255.255/24', 128] | project parse_ipv6_mask(ip, netmask)`,
  ['0000:0000:0000:0000:0000:ffff:c0a8:ff00', '0000:0000:0000:0000:0000:ffff:c0a8:ff00', '0000:0000:0000:0000:0000:ffff:ffff:ffff', 'fe80:0000:0000:0000:085d:e82c:9446:7994',
    'fe80:0000:0000:0000:085d:e82c:9446:7900', '0000:0000:0000:0000:0000:ffff:c0a8:ffff', '0000:0000:0000:0000:0000:ffff:c0a8:ff00'].map((text) => [text])],
]);
