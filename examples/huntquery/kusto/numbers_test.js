'use strict';
// Numbers, conversions, logic and hashes, with the examples of their pages.
const { cases, fails, table } = require('./testing');

const one = (...cells) => [cells];

cases('mathematics', [
  ['bin-function', 'bin(4.5, 1), bin(time(16d), 7d), bin(datetime(1970-05-11 13:45:07), 1d)', one(4, '14.00:00:00', '1970-05-11T00:00:00.0000000Z')],
  ['bin: below zero', 'bin(-1, 5), bin(-4.5, 1), bin(-3h, 2h), floor(-7, 2)', one(-5, -5, '-04:00:00', -8)],
  ['bin: null and negative sizes are null', 'isnull(bin(long(null), 1)), isnull(bin(5, long(null))), isnull(bin(5, -1))', one(true, true, true)],
  ['bin: a week counts from year 1', 'bin(datetime(2024-05-28), 7d)', '2024-05-27T00:00:00.0000000Z'],
  ['ceiling-function', 'ceiling(-1.1), ceiling(0), ceiling(0.9)', one(-1, 0, 1)],
  ['round-function', 'round(2.98765, 3), round(2.15, 1), round(2.15), round(-50.55, -2), round(21.5, -1)', one(2.988, 2.2, 2, -100, 20)],
  ['abs-function', 'abs(-5), abs(-1.5), abs(-1h)', one(5, 1.5, '01:00:00')],
  ['sign-function', 'sign(-42), sign(0), sign(11.2)', one(-1, 0, 1)],
  ['sqrt-function', 'sqrt(256), isnull(sqrt(-1))', one(16, true)],
  ['pow-function', 'pow(2, 3)', 8],
  ['log-function', 'log(5), isnull(log(-1)), log10(1000), log2(8)', one(1.6094379124341003, true, 3, 3)],
  ['exp is the inverse of log', 'round(exp(log(5)), 9), exp(0)', one(5, 1)],
  ['isnan-function', 'range x from -1 to 1 step 1 | extend y = (-1*x) | extend div = 1.0*x/y | project x, y, isnan(div)', table('-1|1|false\n0|0|true\n1|-1|false')],
  ['min-of-function', 'min_of(10, 1, -3, 17)', -3],
  ['min-of-function: nulls', 'datatable(A: int, B: int)[5, 2, 10, 1, int(null), 3, 1, int(null), int(null), int(null)] | project min_of(A, B)', [[2], [1], [3], [1], [null]]],
  ['max-of-function', 'max_of(10, 1, -3, 17)', 17],
  ['max-of-function: nulls', 'datatable(A: int, B: int)[1, 6, 8, 1, int(null), 2, 1, int(null), int(null), int(null)] | project max_of(A, B)', [[6], [8], [2], [1], [null]]],
  ['binary-shift-left-function, binary-shift-right-function', 'binary_shift_left(1,2), binary_shift_right(1,2), isnull(binary_shift_left(1,-1)), binary_shift_left(1,65)', one(4, 0, true, 2)],
  ['binary-not-function', 'binary_not(100)', -101],
  ['binary_and, binary_or, binary_xor', 'binary_and(12, 10), binary_or(12, 10), binary_xor(12, 10)', one(8, 14, 6)],
  ['binary_and of 64 bits', 'binary_and(tolong("0x7fffffffffffffff"), tolong("0xff00"))', 0xff00],
]);

cases('arithmetic', [
  ['numerical-operators: modulo', '14 % 12, -14 % 12, 14 % -12, -14 % -12', one(2, 10, 2, 10)],
  ['numerical-operators: division', '1.0 / 2, 1 / 2.0, 1 / 2, real(1) / 2', one(0.5, 0.5, 0, 0.5)],
  ['division of longs cuts towards zero', '-7 / 2, 7 / -2', one(-3, -3)],
  ['datetime-timespan-arithmetic', '1d / 5h, 1h / 1s, 1.5 * 1h, 1d + 2d, datetime(1910-06-11) + 1d, datetime(1997-06-25) - datetime(1910-06-11)', one(4.8, 3600, '01:30:00', '3.00:00:00', '1910-06-12T00:00:00.0000000Z', '31791.00:00:00')],
  ['timespan: seconds of a day', '1d / 1s, time(1d) / time(1s), 24 * 60 * time(00:01:00) / time(1s), 86400 * 1s', one(86400, 86400, 86400, '1.00:00:00')],
  ['timespan: literals', '2d, 1.5h, 30m, 10s, 0.1s, 100ms, 10microsecond, 1tick, time(15 seconds), time(2), time(0.12:34:56.7)', one(
    '2.00:00:00', '01:30:00', '00:30:00', '00:00:10', '00:00:00.1000000', '00:00:00.1000000', '00:00:00.0000100', '00:00:00.0000001', '00:00:15', '2.00:00:00', '12:34:56.7000000')],
  ['longs beyond 2^53 are exact', '9007199254740993 - 9007199254740992, tostring(9007199254740993 + 2), tostring(3037000500 * 3)', one(1, '9007199254740995', '9111001500')],
  ['longs wrap around', 'tostring(9223372036854775807 + 1)', '-9223372036854775808'],
  ['datetimes are exact to the tick in every century', '(datetime(9999-12-31T23:59:59.9999999) - datetime(0001-01-01)) / 1tick > 0, tolong(datetime(1601-01-01)) == 504911232000000000, datetime(1601-01-01) + 1tick', one(true, true, '1601-01-01T00:00:00.0000001Z')],
  ['long: hexadecimal', '0xf, long(-1), tolong("0xff")', one(15, -1, 255)],
  ['decimal', 'decimal(0.1) + decimal(0.2) == decimal(0.3), decimal(1.5) * 2', one(true, '3')],
]);

cases('conversions', [
  ['tolong-function', 'tolong("123") == 123, isnull(tolong("abc")), tolong(1.9), tolong(-1.9), tolong(true)', one(true, true, 1, -1, 1)],
  ['toint-function', 'toint("123") == 123, toint(2.3), isnull(toint(3000000000))', one(true, 2, true)],
  ['tostring-function', 'tostring(123), tostring(long(null)), tostring(true), tostring(1h), tostring(datetime(2024-01-01)), tostring(dynamic([1,{"a":"b"}]))', one('123', '', 'true', '01:00:00', '2024-01-01T00:00:00.0000000Z', '[1,{"a":"b"}]')],
  ['toreal-function', 'todouble("123.4") == 123.4, isnull(toreal("x")), toreal(5)', one(true, true, 5)],
  ['tobool-function', 'tobool("true") == true, tobool("false") == false, tobool(1) == true, tobool(123) == true, isnull(tobool("x"))', one(true, true, true, true, true)],
  ['todatetime-function', 'todatetime("2015-12-31 23:59:59.9")', '2015-12-31T23:59:59.9000000Z'],
  ['todatetime: seven digits', 'todatetime("2026-10-01T08:00:00.1234567Z"), todatetime("2026-10-01T10:00:00+02:00"), isnull(todatetime("no time"))', one('2026-10-01T08:00:00.1234567Z', '2026-10-01T08:00:00.0000000Z', true)],
  ['datetime: formats', 'todatetime("2014-05-25T08:20:03.123456Z"), todatetime("2014-05-25T08:20"), todatetime("2014-11-08"), todatetime("Sat, 8 Nov 14 15:05:02 GMT"), todatetime("8 Nov 14 15:05"), todatetime("Saturday, 08-Nov-14 15:05:02 GMT"), todatetime("2014-11-08 15:05:25 GMT")', one(
    '2014-05-25T08:20:03.1234560Z', '2014-05-25T08:20:00.0000000Z', '2014-11-08T00:00:00.0000000Z', '2014-11-08T15:05:02.0000000Z', '2014-11-08T15:05:00.0000000Z', '2014-11-08T15:05:02.0000000Z', '2014-11-08T15:05:25.0000000Z')],
  ['totimespan-function', 'totimespan("0.00:01:00") == time(1min), isnull(totimespan("x"))', one(true, true)],
  ['toguid-function', `datatable(str: string)["0123456789abcdef0123456789abcdef", "0123456789ab-cdef-0123-456789abcdef", "a string that is not a guid"]
    | project guid = toguid(str)`, [['01234567-89ab-cdef-0123-456789abcdef'], ['01234567-89ab-cdef-0123-456789abcdef'], [null]]],
  ['todecimal-function', 'todecimal("123.45678") == decimal(123.45678)', true],
  ['gettype-function', `gettype("a"), gettype(111), gettype(1==1), gettype(now()), gettype(1s), gettype(parse_json('1')), gettype(parse_json(' "abc" ')),
    gettype(parse_json(' {"abc":1} ')), gettype(parse_json(' [1, 2, 3] ')), gettype(123.45), gettype(guid(12e8b78d-55b4-46ae-b068-26d7a0080254)), gettype(parse_json(''))`,
  one('string', 'long', 'bool', 'datetime', 'timespan', 'int', 'string', 'dictionary', 'array', 'real', 'guid', 'null')],
  ['casts of dynamic values (scalar-data-types/dynamic)', `X = parse_json('[100,101,102]'), Y = parse_json('{"a1":100, "a b c":"2015-01-01"}') | project toint(X[1]), tolong(Y.a1), todatetime(Y["a b c"]), toint(X[-1]), isnull(X[7]), isnull(Y.none)`, one(101, 100, '2015-01-01T00:00:00.0000000Z', 102, true, true)],
]);

cases('logic and null', [
  ['null-values: comparing', `datatable(val:int)[5, int(null)]
    | extend IsBiggerThan3 = val > 3, IsBiggerThan3OrNull = val > 3 or isnull(val), IsEqualToNull = val == int(null), IsNotEqualToNull = val != int(null)`,
  table('5|true|true|false|true\nnull|null|true|null|null')],
  ['null-values: where', 'datatable(ival:int, sval:string)[5, "a", int(null), "b"] | where ival != 5', table('null|b')],
  ['null-values: arithmetic', 'datatable(val:int)[5, int(null)] | extend Add = val + 10, Multiply = val * 10', table('5|15|50\nnull|null|null')],
  ['null-values: not', 'isnull(not(bool(null))), not(false)', one(true, true)],
  ['null-values: and, or', 'bool(null) and false, bool(null) or true, isnull(bool(null) and true), isnull(bool(null) or false)', one(false, true, true, true)],
  ['null-values: in', 'int(null) in (1, 2), int(null) !in (1, 2), isnull(int(null) in (1, int(null))), 5 in (1, int(null))', one(false, true, true, false)],
  ['logical-operators: iff', 'iff(bool(null) and true, true, false)', false],
  ['isempty-function', 'isempty(""), isempty("x"), isempty(parse_json("")), isempty(parse_json("[]")), isempty(parse_json("{}"))', one(true, false, true, false, false)],
  ['isnull-function', 'isnull(""), isnull("x"), isnull(parse_json("")), isnull(parse_json("[]")), isnull(parse_json("{}"))', one(false, false, true, false, false)],
  ['isnotempty-function', 'isnotempty(""), isnotempty("x"), isnotempty(long(null)), isnotnull(long(null)), isnotnull(1)', one(false, true, false, false, true)],
  ['case-function', `range Size from 1 to 15 step 2 | extend bucket = case(Size <= 3, "Small", Size <= 10, "Medium", "Large")`,
    table('1|Small\n3|Small\n5|Medium\n7|Medium\n9|Medium\n11|Large\n13|Large\n15|Large')],
  ['case: numbers become reals together', 'case(false, 1, true, 2.5, 3)', 2.5],
  ['coalesce-function', 'coalesce(tolong("not a number"), tolong("42"), 33), coalesce("", "b")', one(42, 'b')],
  ['iff-function', 'iff("Flood" in ("Heavy Rain", "Flash Flood", "Flood"), "Rain event", "Not rain event"), iif(1 > 2, 1, 2)', one('Rain event', 2)],
  ['between', '5 between (1 .. 5), 5 !between (1 .. 4), datetime(2020-01-02) between (datetime(2020-01-01) .. 2d), 1h between (30m .. 2h)', one(true, true, true, true)],
  ['in: an array of dynamic values', '"b" in (dynamic(["a","b"])), 2 in (dynamic([1,2])), "B" in~ (dynamic(["a","b"])), 3 !in (dynamic([1,2]))', one(true, true, true, true)],
  ['in: a table', 'let T = datatable(x:string)["a","b"]; datatable(y:string)["b","c"] | where y in (T)', [['b']]],
  ['a dynamic value and a literal', 'd = dynamic({"s":"x","n":5}) | project d.s == "x", d.s != "y", d.n == 5, d.n > 4, isnull(d.none), d.none == "x", d.s in ("x","y")', one(true, true, true, true, true, false, true)],
]);

cases('hashes', [
  ['hash-function', 'hash("World"), hash("World", 100), hash(datetime("2015-01-01"))', one(1846988464401551951n, 51, 1380966698541616202n)],
  ['hash-sha256-function', 'hash_sha256("World"), hash_sha256(datetime(2020-01-01))', one('78ae647dc5544d227130a0682a51e30bc7777fbb6d8a8f17007463a3ecd1d524', 'ba666752dc1a20eb750b0eb64e780cc4c968bc9fb8813461c1d7e750f302d71d')],
  ['hash-sha256-function: State', 'hash_sha256("TEXAS")', '9087f20f23f91b5a77e8406846117049029e6798ebbd0d38aea68da73a00ca37'],
  ['hash-md5-function', 'hash_md5("World"), hash_md5(datetime(2020-01-01)), hash_md5("TEXAS")', one('f5a7924e621e84c9280a9a27e1bcb7f6', '786c530672d1f8db31fee25ea8a9390b', '3b00dbe6e07e7485a1c12d36c8e9910a')],
  // The test vector of xxHash64 for a text that is longer than its block of 32 bytes.
  ['hash of a long text', 'hash("Nobody inspects the spammish repetition")', BigInt.asIntN(64, 0xfbcea83c8a378bf1n)],
]);

fails('what has no meaning here', [
  ['arithmetic on a dynamic value', 'print d = dynamic(1) | extend x = d + 1', /not supported: dynamic \+ long/],
  ['a dynamic value and a column', 'print d = dynamic({"s":"x"}), s = "x" | where d.s == s', /without a conversion/],
  ['a long and a text', 'print 1 == "1"', /comparing long and string/],
  ['an unknown function', 'print series_fir(dynamic([1]), dynamic([1]))', /the function series_fir/],
  ['alternatives of several types', 'print iff(true, 1, "x")', /long and dynamic in one iff/],
  ['an error of the parser', 'print nope', /KS142/],
]);
