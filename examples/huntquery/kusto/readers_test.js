'use strict';
// What reads text: CSV, JSON, regular expressions and terms.
const test = require('node:test');
const assert = require('node:assert');
const csv = require('./csv');
const dynamics = require('./dynamics');
const regexes = require('./regexes');
const terms = require('./terms');

test('csv', () => {
  const cases = [
    ['', []],
    ['a,b', [['a', 'b']]],
    ['a,b\r\nc,\n', [['a', 'b'], ['c', '']]],
    ['"a,b","say ""x"""\n', [['a,b', 'say "x"']]],
    ['"two\nlines",x\n', [['two\nlines', 'x']]],
    [',\n', [['', '']]],
    ['a\rb\n', [['a\rb']]],
  ];
  for (const [text, records] of cases) assert.deepStrictEqual(csv.parse(text), records, JSON.stringify(text));
});

test('json: read and written again', () => {
  const cases = [
    ['{"b": 1, "a": [true, false, null]}', '{"b":1,"a":[true,false,null]}'],
    ['[1, 1.0, -2.50, 1e2]', '[1,1.0,-2.5,100.0]'],
    ['9223372036854775807', '9223372036854775807'],
    ['-9007199254740993', '-9007199254740993'],
    ['"\\u00e9\\n\\"\\\\"', '"é\\n\\"\\\\"'],
    ['  {}  ', '{}'],
  ];
  for (const [text, again] of cases) assert.strictEqual(dynamics.json(dynamics.parse(text)), again, text);
});

test('json: what is none', () => {
  for (const text of ['', '{', '[1,]', '{"a":1,}', "{'a':1}", '01', '1.', 'nul', '"a', '"\n"', '"\\x"', '1 2', '+1']) {
    assert.throws(() => dynamics.parse(text), SyntaxError, JSON.stringify(text));
  }
});

test('regular expressions of RE2', () => {
  const cases = [
    ['^a.c$', 'abc', true],
    ['(?i)^ABC', 'abcd', true],
    ['ABC', 'abc', false],
    ['(?s)a.c', 'a\nc', true],
    ['a.c', 'a\nc', false],
    ['(?m)^b$', 'a\nb', true],
    ['^b$', 'a\nb', false],
    ['[[:digit:]]+x', '12x', true],
    ['[^[:alpha:]]', 'abc', false],
    ['\\Aab\\z', 'ab', true],
    ['(?P<n>a)b', 'ab', true],
    ['\\pL', 'é', true],
    ['\\bb', 'a-b', true],
  ];
  for (const [pattern, text, found] of cases) assert.strictEqual(regexes.test(pattern, text), found, pattern);
});

test('regular expressions that RE2 does not have or that are not translated', () => {
  for (const pattern of ['(a)\\1', 'a(?=b)', 'a(?!b)', '(?<=a)b', 'a++', '(?x)a', 'a(?i)b', '[[:nothing:]]', '(', 'a{2,1}', '\\Q.\\E']) {
    assert.throws(() => regexes.test(pattern, 'a'), /^Error: kusto: regular expression: /, pattern);
  }
});

test('terms', () => {
  const cases = [
    ['has', 'North America', 'america', false],
    ['has', 'north america', 'america', true],
    ['has', 'northamerica', 'america', false],
    ['has', 'a-b.c', 'b', true],
    ['has', 'a_b', 'b', true],
    ['has', 'user@contoso.com', 'contoso.com', true],
    ['has', 'user@mycontoso.com', 'contoso.com', false],
    ['has', 'xx yy xx', 'xx yy', true],
    ['has', 'éa', 'a', false],
    ['hasPrefix', 'north america', 'ame', true],
    ['hasPrefix', 'north america', 'rica', false],
    ['hasSuffix', 'north america', 'rica', true],
    ['hasSuffix', 'north america', 'ame', false],
  ];
  for (const [name, text, term, found] of cases) assert.strictEqual(terms[name](text, term), found, `${name} ${text} ${term}`);
});
