'use strict';
// Functions of arrays and property bags, with the examples of their pages.
const { cases, fails } = require('./testing');

const one = (...cells) => [cells];
const xyz = 'range x from 1 to 3 step 1 | extend y = x * 2 | extend z = y * 2';

cases('arrays', [
  ['array-length-function', 'array_length(dynamic([1, 2, 3, "four"])), isnull(array_length(parse_json("{}")))', one(4, true)],
  ['array-concat-function', `${xyz} | extend a1 = pack_array(x,y,z), a2 = pack_array(x, y) | project array_concat(a1, a2)`, [[[1, 2, 4, 1, 2]], [[2, 4, 8, 2, 4]], [[3, 6, 12, 3, 6]]]],
  ['array-slice-function', 'array_slice(dynamic([1,2,3]), 1, 2), array_slice(dynamic([1,2,3,4,5]), 2, -1), array_slice(dynamic([1,2,3,4,5]), -3, -2)', one([2, 3], [3, 4, 5], [3, 4])],
  ['array-sort-asc-function', 'strcat_array(array_sort_asc(split("John,Paul,George,Ringo", ",")), ",")', 'George,John,Paul,Ringo'],
  ['array-sort-asc-function: one array', 'array_sort_asc(dynamic([1,3,4,5,2])), array_sort_desc(dynamic([1,3,4,5,2]))', one([1, 2, 3, 4, 5], [5, 4, 3, 2, 1])],
  ['array-sort-asc-function: nulls', 'array_sort_asc(dynamic([null,"blue","yellow","green",null])), array_sort_asc(dynamic([null,"blue","yellow","green",null]), false)', one(['blue', 'green', 'yellow', null, null], [null, null, 'blue', 'green', 'yellow'])],
  ['array-index-of-function', `let arr=dynamic(["this", "is", "an", "example", "an", "example"]); print
    array_index_of(arr,"an"), array_index_of(arr,"example",1,3), array_index_of(arr,"example",1,2), array_index_of(arr,"is",2,4), array_index_of(arr,"example",2,-1),
    array_index_of(arr, "an", 1, -1, 2), array_index_of(arr, "an", 1, -1, 3), array_index_of(arr, "an", -3), array_index_of(arr, "is", -4)`, one(2, 3, -1, -1, 3, 4, -1, 4, -1)],
  ['array-sum-function', 'array_sum(dynamic([1,2,3,4])), isnull(array_sum(dynamic([1,"x"])))', one(10, true)],
  ['array-iff-function', 'array_iff(dynamic([true,false,true]), dynamic([1,2,3]), dynamic([4,5,6])), array_iff(dynamic([1,0,50]), "yes", "no")', one([1, 5, 3], ['yes', 'no', 'yes'])],
  ['array-iff-function: conditions of other types', 'array_iff(dynamic(["some string value", datetime(2022-01-01), null]), 1, 0)', one([null, null, null])],
  ['array-iff-function: lengths', 'array_iff(dynamic([true,true,true]), dynamic([1,2]), dynamic([3,4]))', one([1, 2, null])],
  ['pack-array-function', `${xyz} | project pack_array(x, y, z)`, [[[1, 2, 4]], [[2, 4, 8]], [[3, 6, 12]]]],
  ['pack-array-function: types', 'range x from 1 to 3 step 1 | extend y = tostring(x * 2) | extend z = (x * 2) * 1s | project pack_array(x, y, z)', [[[1, '2', '00:00:02']], [[2, '4', '00:00:04']], [[3, '6', '00:00:06']]]],
  ['set-has-element-function', 'set_has_element(dynamic(["this", "is", "an", "example"]), "example"), set_has_element(dynamic([1,2]), 3)', one(true, false)],
  ['set-union-function', `${xyz} | extend w = z * 2 | project set_union(pack_array(x,y,x,z), pack_array(x, y), pack_array(w))`, [[[1, 2, 4, 8]], [[2, 4, 8, 16]], [[3, 6, 12, 24]]]],
  ['set-union-function: one array', 'datatable(Arr1: dynamic) [dynamic(["A4", "A2", "A7", "A2"]), dynamic(["C4", "C7", "C1", "C4"])] | project set_union(Arr1, Arr1)', [[['A4', 'A2', 'A7']], [['C4', 'C7', 'C1']]]],
  ['set-difference-function', `${xyz} | extend w = z * 2 | project set_difference(pack_array(x,y,x,z), pack_array(x, y), pack_array(x,y,w))`, [[[4]], [[8]], [[12]]]],
  ['set-difference-function: equal', 'set_difference(dynamic([1,2,3]), dynamic([1,2,3]))', one([])],
  ['set-intersect-function', `${xyz} | extend w = z * 2 | project set_intersect(pack_array(x,y,x,z), pack_array(x, y), pack_array(w,x))`, [[[1]], [[2]], [[3]]]],
  ['set-intersect-function: nothing', 'set_intersect(dynamic([1, 2, 3]), dynamic([4,5]))', one([])],
  ['repeat-function', 'repeat(1, 3), repeat("a", 0), isnull(repeat(1, -1))', one([1, 1, 1], [], true)],
  ['range-function', 'print range(1, 8, 3), range(1, 3), range(1h, 5h), array_length(range(datetime(2015-01-01), datetime(2015-12-31), 1d))', one([1, 4, 7], [1, 2, 3], ['01:00:00', '02:00:00', '03:00:00', '04:00:00', '05:00:00'], 365)],
  ['range-function: limit', 'print r = range(1,1000000000) | project array_length(r)', 1048576],
]);

cases('property bags', [
  ['pack-function (bag_pack)', 'bag_pack("Level", "Information", "ProcessID", 1234, "Data", bag_pack("url", "www.bing.com"))', one({ Level: 'Information', ProcessID: 1234, Data: { url: 'www.bing.com' } })],
  ['pack-function: members', `datatable (Source: int, Destination: int, Message: string) [1234, 100, "Hi", 4567, 200, "Hello", 1212, 300, "Hey"]
    | extend MyBag=bag_pack("Dest", Destination, "Text", Message) | project MyBag, MyBag.Dest, MyBag.Text`,
  [[{ Dest: 100, Text: 'Hi' }, 100, 'Hi'], [{ Dest: 200, Text: 'Hello' }, 200, 'Hello'], [{ Dest: 300, Text: 'Hey' }, 300, 'Hey']]],
  ['pack-all-function', `datatable(SourceNumber:string,TargetNumber:string,CharsCount:long)['555-555-1234','555-555-1212',46, '555-555-1313','',42]
    | project Packed=pack_all(), PackedIgnoreNullEmpty=pack_all(true)`,
  [[{ SourceNumber: '555-555-1234', TargetNumber: '555-555-1212', CharsCount: 46 }, { SourceNumber: '555-555-1234', TargetNumber: '555-555-1212', CharsCount: 46 }],
    [{ SourceNumber: '555-555-1313', TargetNumber: '', CharsCount: 42 }, { SourceNumber: '555-555-1313', CharsCount: 42 }]]],
  ['bag-keys-function', `datatable(d: dynamic) [dynamic({'a':'b', 'c':123}), dynamic({'a':'b', 'c':{'d':123}}), dynamic({'a':'b', 'c':[{'d':123}]}), dynamic(null), dynamic({}), dynamic('a'), dynamic([])]
    | project bag_keys(d)`, [[['a', 'c']], [['a', 'c']], [['a', 'c']], [null], [[]], [null], [null]]],
  ['bag-merge-function', "bag_merge(dynamic({ 'A1':12, 'B1':2, 'C1':3}), dynamic({ 'A2':81, 'B2':82, 'A1':1}))", one({ A1: 12, B1: 2, C1: 3, A2: 81, B2: 82 })],
  ['bag-has-key-function', "bag_has_key(dynamic({'key1' : 123, 'key2': 'abc'}), 'key2'), bag_has_key(dynamic({'key1' : 123, 'key3': 'abc'}), 'key2')", one(true, false)],
  ['bag-has-key-function: path', "bag_has_key(dynamic({'key1': 123, 'key2': {'prop1' : 'abc', 'prop2': 'xyz'}, 'key3': [100, 200]}), '$.key2.prop1')", true],
  ['bag-remove-keys-function', "bag_remove_keys(dynamic({'key1' : 123, 'key2': 'abc'}), dynamic(['key2', 'key4'])), bag_remove_keys(dynamic({'key1' : 'value', 'key3': 42.0}), dynamic(['key2', 'key4']))", one({ key1: 123 }, { key1: 'value', key3: 42 })],
  ['bag-remove-keys-function: path', "bag_remove_keys(dynamic({'key1': 123, 'key2': {'prop1' : 'abc', 'prop2': 'xyz'}, 'key3': [100, 200]}), dynamic(['$.key2.prop1', 'key3']))", one({ key1: 123, key2: { prop2: 'xyz' } })],
  ['dynamic: literals', 'print o=dynamic({"a":123, "b":"hello", "c":[1,2,3], "d":{}}) | project o.a, o.b, o.c, o.d', one(123, 'hello', [1, 2, 3], {})],
  ['dynamic: times in literals', 'tostring(dynamic({"a": datetime(1970-05-11)}))', '{"a":"1970-05-11T00:00:00.0000000Z"}'],
  ['dynamic: subscripts', `print dict = dynamic({"k":1}), arr = dynamic(["a","b","c"]), col = "k", i = 1 | project dict[col], arr[i], arr[-1], arr[(-1)], arr[toint("2")], isnull(arr[9]), isnull(dict.none)`, one(1, 'b', 'c', 'c', 'c', true, true)],
  ['parse-json-function: todynamic is the same', 'tostring(todynamic(\'{"a":[1,2]}\').a[-1])', '2'],
  ['parse-json-function', `datatable(m:string)['{"duration":{"value":118.0,"count":5.0,"min":100.0,"max":150.0,"stdDev":0.0,"sampledValue":118.0,"sum":118.0}}']
    | extend d = parse_json(m) | project d.duration.value, d.duration.min`, one(118, 100)],
  ['parse-json-function: nested', `let d='{"a":123, "b":"{\\\\"c\\\\":456}"}'; print d_b_c=parse_json(tostring(parse_json(d).b)).c`, 456],
  ['parse-json-function: no JSON', 'parse_json("abc"), tostring(parse_json("[1, 2.0, \\"a\\"]"))', one('abc', '[1,2.0,"a"]')],
  ['column-ifexists-function', 'datatable(State:string)["TEXAS"] | project column_ifexists("Capital", State), column_ifexists("State", "x")', one('TEXAS', 'TEXAS')],
]);

fails('what the pages leave open', [
  ['array_concat() of null', 'print array_concat(dynamic([1]), dynamic(null))', /array_concat/],
  ['sorting of several types', 'print array_sort_asc(dynamic([1, "a"]))', /sorting/],
  ['several arrays in one sort', 'print a = array_sort_asc(dynamic([1]), dynamic([2]))', /several arrays/],
]);
