'use strict';
// Aggregate functions and summarize, with the examples of their pages.
const assert = require('node:assert');
const test = require('node:test');
const { cases, fails, run, table } = require('./testing');

const one = (...cells) => [cells];
const people = 'let T = datatable(name:string, day_of_birth:long)["John", 9, "Paul", 18, "George", 25, "Ringo", 7]; T';
const fruit = `datatable(Fruit: string, Color: string, Version: int) [
  "Apple", "Red", 1, "Apple", "Green", int(null), "Banana", "Yellow", int(null), "Banana", "Green", int(null), "Pear", "Brown", 1, "Pear", "Green", 2]`;
const shapes = `let shapes = datatable (name: string, sideCount: int) ["triangle", 3, "square", 4, "rectangle", 4, "pentagon", 5, "hexagon", 6,
  "heptagon", 7, "octagon", 8, "nonagon", 9, "decagon", 10]; shapes`;
const some = 'range x from 1 to 4 step 1 | extend y = iff(x == 1, real(null), real(5))';
// A small table in the place of the storm events of the pages.
const storms = `datatable(State:string, EventType:string, Deaths:long, Damage:long) [
  "TEXAS", "Hail", 0, 10, "TEXAS", "Flood", 2, 30, "TEXAS", "Hail", 1, 20, "IOWA", "Flood", 0, 0, "IOWA", "Flood", 0, 40]`;

cases('aggregates', [
  ['arg-max-aggregation-function: null', `${fruit} | summarize arg_max(Version, *) by Fruit`, table('Apple|1|Red\nBanana|null|Yellow\nPear|2|Green')],
  ['arg-min-aggregation-function: null', `${fruit} | summarize arg_min(Version, *) by Fruit`, table('Apple|1|Red\nBanana|null|Yellow\nPear|1|Brown')],
  ['arg_max: several columns', `${storms} | summarize arg_max(Damage, EventType, Deaths) by State`, table('TEXAS|30|Flood|2\nIOWA|40|Flood|0')],
  ['arg_max: a name and an expression', `${storms} | summarize worst = arg_max(Damage * 2, EventType)`, one(80, 'Flood')],
  ['count, countif', `${storms} | summarize count(), countif(Damage > 0) by State`, table('TEXAS|3|3\nIOWA|2|1')],
  ['countif-aggregation-function', `${people} | summarize countif(strlen(name) > 4)`, 2],
  ['dcount, dcountif, count_distinct, count_distinctif', `${storms} | summarize dcount(EventType), dcountif(EventType, Deaths > 0), count_distinct(EventType), count_distinctif(EventType, Deaths > 0) by State`, table('TEXAS|2|2|2|2\nIOWA|1|0|1|0')],
  ['dcount: null does not count', 'datatable(x:long)[1, long(null), 1, 2] | summarize dcount(x), count_distinct(x), dcount(tostring(x))', one(2, 2, 3)],
  ['sum, sumif, avg, avgif', `${storms} | summarize sum(Damage), sumif(Damage, Deaths > 0), avg(Damage), avgif(Damage, Damage > 0) by State`, table('TEXAS|60|50|20|20\nIOWA|40|0|20|40')],
  ['sumif-aggregation-function', `${people} | summarize sumif(day_of_birth, strlen(name) > 4)`, 32],
  ['min, max, minif, maxif', `${storms} | summarize min(Damage), max(Damage), minif(Damage, Deaths == 0), maxif(Damage, Deaths == 0) by State`, table('TEXAS|10|30|10|10\nIOWA|0|40|0|40')],
  ['min, max of times', 'datatable(t:datetime)[datetime(2020-01-02), datetime(null), datetime(2020-01-01)] | summarize min(t), max(t), max(t) - min(t)', one('2020-01-01T00:00:00.0000000Z', '2020-01-02T00:00:00.0000000Z', '1.00:00:00')],
  ['avg of timespans', 'datatable(t:timespan)[1h, 3h] | summarize avg(t), sum(t)', one('02:00:00', '04:00:00')],
  ['take-any-aggregation-function: a value that is not empty', 'datatable(a:string, b:long)["", long(null), "x", 1, "y", 2] | summarize take_any(a), take_any(b), take_anyif(a, b > 1), any(a)', one('x', 1, 'y', 'x')],
  ['take-any-aggregation-function: one row', `${storms} | summarize take_any(EventType, Deaths) by State`, table('TEXAS|Hail|0\nIOWA|Flood|0')],
  ['take-anyif: none', `${storms} | summarize take_anyif(EventType, Deaths > 9), take_anyif(Deaths, Deaths > 9)`, one('', null)],
  ['make-list-aggregation-function', `${shapes} | summarize mylist = make_list(name)`, one(['triangle', 'square', 'rectangle', 'pentagon', 'hexagon', 'heptagon', 'octagon', 'nonagon', 'decagon'])],
  ['make-list-aggregation-function: by', `${shapes} | summarize mylist = make_list(name) by isEvenSideCount = sideCount % 2 == 0`,
    [[false, ['triangle', 'pentagon', 'heptagon', 'nonagon']], [true, ['square', 'rectangle', 'hexagon', 'octagon', 'decagon']]]],
  ['make-list-aggregation-function: bags', `${shapes} | where sideCount < 5 | extend d = bag_pack("name", name, "sideCount", sideCount) | summarize mylist = make_list(d)`,
    one([{ name: 'triangle', sideCount: 3 }, { name: 'square', sideCount: 4 }, { name: 'rectangle', sideCount: 4 }])],
  ['make_list: order and limit', `${shapes} | sort by sideCount desc, name asc | summarize make_list(name, 3), make_list(sideCount, 2)`, one(['decagon', 'nonagon', 'octagon'], [10, 9])],
  ['make-list-if-aggregation-function', `${people} | summarize make_list_if(name, strlen(name) > 4)`, one(['George', 'Ringo'])],
  ['make-set-if-aggregation-function', `${people} | summarize make_set_if(name, strlen(name) > 4)`, one(['George', 'Ringo'])],
  ['make-set-aggregation-function: arrays', `datatable (Val: int, Arr1: dynamic) [1, dynamic(['A1', 'A2', 'A3']), 5, dynamic(['A2', 'C1']), 7, dynamic(['C2', 'A3']), 5, dynamic(['C2', 'A1'])]
    | summarize Val_set=make_set(Val), Arr1_set=make_set(Arr1)`, one([1, 5, 7], ['A1', 'A2', 'A3', 'C1', 'C2'])],
  ['make_set: limit', `${people} | summarize make_set(name, 2)`, one(['John', 'Paul'])],
  ['make-bag-aggregation-function', `let T = datatable(prop:string, value:string) ["prop01", "val_a", "prop02", "val_b", "prop03", "val_c"];
    T | extend p = bag_pack(prop, value) | summarize dict=make_bag(p)`, one({ prop01: 'val_a', prop02: 'val_b', prop03: 'val_c' })],
  ['expressions around aggregates', `${storms} | summarize r = round(1.0 * sum(Damage) / count(), 1), t = iff(max(Deaths) > 0, "deadly", "mild"), s = strcat_array(array_sort_asc(make_set(EventType)), "+") by State`,
    table('TEXAS|20|deadly|Flood+Hail\nIOWA|20|mild|Flood')],
  ['by bin()', 'range x from 1 to 5 step 1 | summarize count() by bin(x, 2)', table('0|1\n2|2\n4|2')],
  ['a null key is a group', 'datatable(k:long, v:long)[1, 1, long(null), 2, long(null), 3] | summarize sum(v) by k', table('1|1\nnull|5')],
]);

cases('summarize-operator', [
  ['default values', 'datatable(x:long)[] | summarize count(), countif(x > 0), dcount(x), dcountif(x, x > 0)', one(0, 0, 0, 0)],
  ['default values: sets and lists', 'datatable(x:long)[] | summarize make_set(x), make_list(x)', one([], [])],
  ['default values: null and NaN', 'datatable(x:long)[] | summarize take_any(x), arg_max(x, *), arg_min(x), avg(x), max(x), min(x), sum(x), sumif(x, x > 0)', one(null, null, null, NaN, null, null, 0, 0)],
  ['no rows and a key', 'datatable(x:long, k:string)[] | summarize count() by k | count', 0],
  ['null is left out', `${some} | summarize sum(y), avg(y)`, one(15, 5)],
  ['count() counts null', 'range x from 1 to 2 step 1 | extend y = iff(x == 1, real(null), real(5)) | summarize count(), sum(y)', one(2, 5)],
  ['make_set leaves null out', 'range x from 1 to 2 step 1 | extend y = iff(x == 1, real(null), real(5)) | summarize make_set(y), make_set(y)', one([5], [5])],
  ['keys alone', `${storms} | summarize by State, EventType | sort by State asc, EventType asc`, table('IOWA|Flood\nTEXAS|Flood\nTEXAS|Hail')],
]);

test('names of columns', async (t) => {
  for (const [query, names] of [
    [`${storms} | summarize count(), dcount(EventType), sum(Damage)/2, arg_max(Damage, *) by bin(Deaths, 1), strlen(State)`, ['Deaths', 'strlen_State', 'count_', 'dcount_EventType', 'Column1', 'Damage', 'State', 'EventType', 'Deaths1']],
    [`${storms} | summarize x = arg_max(Damage, EventType), make_set(State)`, ['x', 'EventType', 'set_State']],
    ['print 1, a = 2, strlen("x")', ['print_0', 'a', 'print_2']],
    [`${storms} | extend Damage + 1, State = 1 | project-away Deaths`, ['State', 'EventType', 'Damage', 'Column1']],
    [`${storms} | project tolower(State), Damage + 1, Deaths`, ['Column1', 'Column2', 'Deaths']],
    ['print d = dynamic({"a":{"b":1}}) | project d.a.b, d["a"]', ['d_a_b', 'd_a']],
  ]) {
    await t.test(query.split('|').at(-1).trim(), () => assert.deepStrictEqual(run(query).names, names));
  }
});

fails('summarize refuses', [
  ['a dynamic key', 'print d = dynamic([1]) | summarize count() by d', /KS116|dynamic/],
  ['an unknown aggregate', `${storms} | summarize percentile(Damage, 50)`, /percentile/],
  ['arg_max in an expression', `${storms} | summarize x = strcat(arg_max(Damage, State), "x")`, /arg_max|KS/],
]);
