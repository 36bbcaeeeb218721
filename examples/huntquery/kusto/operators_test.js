'use strict';
// Tabular operators, with the examples of their pages.
const { cases, fails, table } = require('./testing');

const one = (...cells) => [cells];
const X = "let X = datatable(Key:string, Value1:long)['a',1,'b',2,'b',3,'c',4]; let Y = datatable(Key:string, Value2:long)['b',10,'c',20,'c',30,'d',40]; X";
const facts = `let FactTable=datatable(Row:string,Personal:string,Family:string) ["1", "Bill", "Gates", "2", "Bill", "Clinton", "3", "Bill", "Clinton", "4", "Steve", "Ballmer", "5", "Tim", "Cook"];
  let DimTable=datatable(Personal:string,Family:string,Alias:string) ["Bill", "Gates", "billg", "Bill", "Clinton", "billc", "Steve", "Ballmer", "steveb", "Tim", "Cook", "timc"]; FactTable`;

cases('join', [
  ['join-innerunique', `${X} | join Y on Key`, table('b|2|b|10\nc|4|c|20\nc|4|c|30')],
  ['join-innerunique: first of two', `let t1 = datatable(key: long, value: string)[1, "val1.1", 1, "val1.2"]; let t2 = datatable(key: long, value: string)[1, "val1.3", 1, "val1.4"];
    t1 | join kind = innerunique t2 on key`, table('1|val1.1|1|val1.3\n1|val1.1|1|val1.4')],
  ['join-inner', `let X = datatable(Key:string, Value1:long)['a',1,'b',2,'b',3,'k',5,'c',4]; let Y = datatable(Key:string, Value2:long)['b',10,'c',20,'c',30,'d',40,'k',50];
    X | join kind=inner Y on Key`, table('b|3|b|10\nb|2|b|10\nc|4|c|20\nc|4|c|30\nk|5|k|50')],
  ['join-leftouter', `${X} | join kind=leftouter Y on Key`, table('a|1||null\nb|2|b|10\nb|3|b|10\nc|4|c|20\nc|4|c|30')],
  ['join-rightouter', `${X} | join kind=rightouter Y on Key`, table('b|2|b|10\nb|3|b|10\nc|4|c|20\nc|4|c|30\n|null|d|40')],
  ['join-fullouter', `${X} | join kind=fullouter Y on Key`, table('a|1||null\nb|2|b|10\nb|3|b|10\nc|4|c|20\nc|4|c|30\n|null|d|40').map((row) => row)],
  ['join-leftanti', `${X} | join kind=leftanti Y on Key`, table('a|1')],
  ['join-leftsemi', `${X} | join kind=leftsemi Y on Key`, table('b|2\nb|3\nc|4')],
  ['join-rightanti', `${X} | join kind=rightanti Y on Key`, table('d|40')],
  ['join-rightsemi', `${X} | join kind=rightsemi Y on Key`, table('b|10\nc|20\nc|30')],
  ['join-operator: cross join', 'let A = datatable(a:long)[1,2]; let B = datatable(b:string)["x","y"]; A | extend placeholder=1 | join kind=inner (B | extend placeholder=1) on placeholder | project a, b', table('1|x\n1|y\n2|x\n2|y')],
  ['$left and $right, several keys', `${X} | extend n = 1 | join kind=inner (Y | extend m = 1) on $left.Key == $right.Key, $left.n == $right.m | project Key, Value2`, table('b|10\nb|10\nc|20\nc|30')],
  ['keys joined by and', `${X} | extend n = 1 | join kind=inner (Y | extend m = 1) on $left.Key == $right.Key and $left.n == $right.m | count`, 4],
  ['null keys join nothing', 'let A = datatable(k:long)[long(null), 1]; A | join kind=inner A on k | count', 1],
  ['null keys: anti keeps them', 'let A = datatable(k:long)[long(null), 1]; A | join kind=leftanti A on k | count', 1],
  ['empty texts join', 'let A = datatable(k:string)["", "x"]; A | join kind=inner A on k | count', 2],
  ['lookup-operator', `${facts} | lookup kind=leftouter DimTable on Personal, Family`, [['1', 'Bill', 'Gates', 'billg'], ['2', 'Bill', 'Clinton', 'billc'], ['3', 'Bill', 'Clinton', 'billc'], ['4', 'Steve', 'Ballmer', 'steveb'], ['5', 'Tim', 'Cook', 'timc']]],
  ['lookup: inner and outer', `${X} | lookup kind=inner (Y | where Value2 < 20) on Key | union (X | lookup (Y | where Value2 < 20) on Key)`, table('b|2|10\nb|3|10\na|1|null\nb|2|10\nb|3|10\nc|4|null')],
], { sorted: true });

cases('union-operator', [
  ['isfuzzy', `let View_1 = view () { print x=1 }; let View_2 = view () { print x=1 }; let OtherView_1 = view () { print x=1 };
    union isfuzzy=true (View_1 | where x > 0), (View_2 | where x > 0), (View_3 | where x > 0) | count`, 2],
  ['isfuzzy: columns of a missing table are not there', 'let A = view () { print x=1 }; union isfuzzy=true A, (Missing | where nope == 1) | extend y = column_ifexists("nope", "none") | project x, y', one(1, 'none')],
  ['types differ', 'let View_1 = view () { print x=1 }; let View_2 = view () { print x=toint(2) }; union withsource=TableName View_1, View_2', table('View_1|1|null\nView_2|null|2')],
  ['columns come in the order of the tables', 'let A = datatable(a:long,b:string)[1,"x"]; let B = datatable(b:string,c:real)["y",2.5]; union A, B', table('1|x|null\nnull|y|2.5')],
  ['after a pipe', 'datatable(a:long)[1] | union withsource=s (datatable(a:long)[2]) | project a', [[1], [2]]],
]);

cases('mv-expand-operator', [
  ['array', "datatable (a: int, b: dynamic)[1, dynamic([10, 20]), 2, dynamic(['a', 'b'])] | mv-expand b", table('1|10\n1|20\n2|a\n2|b')],
  ['bag', 'datatable (a: int, b: dynamic)[1, dynamic({"prop1": "a1", "prop2": "b1"}), 2, dynamic({"prop1": "a2", "prop2": "b2"})] | mv-expand b', [[1, { prop1: 'a1' }], [1, { prop2: 'b1' }], [2, { prop1: 'a2' }], [2, { prop2: 'b2' }]]],
  ['bag as pairs', 'datatable (a: int, b: dynamic)[1, dynamic({"prop1": "a1", "prop2": "b1"})] | mv-expand kind=array b | extend key = b[0], val=b[1]', [[1, ['prop1', 'a1'], 'prop1', 'a1'], [1, ['prop2', 'b1'], 'prop2', 'b1']]],
  ['two columns', 'datatable (a: int, b: dynamic, c: dynamic)[1, dynamic({"prop1": "a", "prop2": "b"}), dynamic([5, 4, 3])] | mv-expand b, c', [[1, { prop1: 'a' }, 5], [1, { prop2: 'b' }, 4], [1, null, 3]]],
  ['product', 'datatable (a: int, b: dynamic, c: dynamic)[1, dynamic(["x", "y"]), dynamic([5, 6])] | mv-expand b | mv-expand c', table('1|x|5\n1|x|6\n1|y|5\n1|y|6')],
  ['to typeof', 'datatable (a: string, b: dynamic, c: dynamic)["Constant", dynamic([1, 2, 3, 4]), dynamic([6, 7, 8, 9])] | mv-expand b, c to typeof(int) | getschema | project ColumnName, ColumnOrdinal, DataType, ColumnType',
    table('a|0|System.String|string\nb|1|System.Object|dynamic\nc|2|System.Int32|int')],
  ['to typeof casts and converts nothing', 'print b = dynamic([1, "2", 3.7, null]) | mv-expand b to typeof(long)', [[1], [null], [3], [null]]],
  ['with_itemindex', 'range x from 1 to 4 step 1 | summarize x = make_list(x) | mv-expand with_itemindex=Index x', table('1|0\n2|1\n3|2\n4|3')],
  ['null makes one row, an empty array none', 'datatable(a:int, b:dynamic)[1, dynamic(null), 2, dynamic([]), 3, dynamic({}), 4, dynamic([7])] | mv-expand b', [[1, null], [4, 7]]],
  ['a new name keeps the array', 'datatable(a:dynamic)[dynamic([1,2])] | mv-expand b = a to typeof(long)', [[[1, 2], 1], [[1, 2], 2]]],
  ['limit', 'print a = dynamic([1,2,3]) | mv-expand a limit 2', [[1], [2]]],
]);

const arrays = 'let data = datatable (index: int, Arr: dynamic)';
cases('mv-apply-operator', [
  ['expansion', `${arrays}[0, dynamic([7]), 1, dynamic([6, 11, 7])]; data | mv-apply Arr2=Arr to typeof(long) on (take 100)`, [[0, [7], 7], [1, [6, 11, 7], 6], [1, [6, 11, 7], 11], [1, [6, 11, 7], 7]]],
  ['largest element', `${arrays}[0, dynamic([1, 5, 3]), 1, dynamic([10, 2, 5, 7])]; data | mv-apply topElem=Arr to typeof(long) on (top 1 by topElem)`, [[0, [1, 5, 3], 5], [1, [10, 2, 5, 7], 10]]],
  ['top two', `${arrays}[0, dynamic([5, 1, 3]), 1, dynamic([4, 10, 8, 7])]; data | mv-apply Arr2=Arr to typeof(long) on (top 2 by Arr2 | summarize Top2=make_list(Arr2))`, [[0, [5, 1, 3], [5, 3]], [1, [4, 10, 8, 7], [10, 8]]]],
  ['two arrays', `datatable (Val:int, Arr1:dynamic, Arr2:dynamic)[1, dynamic(['A1', 'A2', 'A3']), dynamic([10, 30, 7]), 7, dynamic(['B1', 'B2', 'B5']), dynamic([15, 11, 50])]
    | mv-apply NewArr1=Arr1, NewArr2=Arr2 to typeof(long) on (top 2 by NewArr2 | summarize NewArr1=make_list(NewArr1), NewArr2=make_list(NewArr2)) | project Val, NewArr1, NewArr2`,
  [[1, ['A2', 'A1'], [30, 10]], [7, ['B5', 'B1'], [50, 15]]]],
  ['with_itemindex', `${arrays}[0, dynamic([5, 1, 3]), 1, dynamic([4, 10, 8, 7])]; data | mv-apply with_itemindex=i value=Arr to typeof(long) on (where i >= 2) | project index, value, i`, table('0|3|2\n1|8|2\n1|7|3')],
  ['join of elements', `datatable (Val: int, Arr1: dynamic, Arr2: dynamic)[1, dynamic(['A1', 'A2']), dynamic(['B1', 'B2', 'B3']), 5, dynamic(['C1', 'C2']), dynamic(['D1'])]
    | mv-apply T1=Arr1, T2=Arr2 on (extend Out = strcat(T1, "_", T2) | summarize Out= make_list(Out)) | project Val, Out`, [[1, ['A1_B1', 'A2_B2', '_B3']], [5, ['C1_D1', 'C2_']]]],
  ['property bag', `datatable(Source: string, Target: string, Count: long)['555-555-1234', '555-555-1212', 46, '555-2424', '', int(null)]
    | extend Pack = pack_all()
    | mv-apply removeProperties = Pack on (mv-expand kind = array Pack | where Pack[1] !startswith "555" | summarize propsToRemove = make_set(Pack[0]))
    | project bag_remove_keys(Pack, propsToRemove)`, [[{ Source: '555-555-1234', Target: '555-555-1212' }], [{ Source: '555-2424' }]]],
]);

const values = 'datatable(x:real)[real(null), real(nan), -5.0, 0.0, real(+inf), 5.0, real(-inf)]';
cases('rows', [
  ['sort-operator: ascending, nulls first', `${values} | sort by x asc`, [[null], [NaN], [-Infinity], [-5], [0], [5], [Infinity]]],
  ['sort-operator: descending, nulls first', `${values} | sort by x desc nulls first`, [[null], [NaN], [Infinity], [5], [0], [-5], [-Infinity]]],
  ['sort-operator: ascending, nulls last', `${values} | sort by x asc nulls last`, [[-Infinity], [-5], [0], [5], [Infinity], [NaN], [null]]],
  ['sort-operator: default is descending, nulls last', `${values} | order by x`, [[Infinity], [5], [0], [-5], [-Infinity], [NaN], [null]]],
  ['sort by several columns', 'datatable(a:string, b:long)["x", 1, "y", 2, "x", 3] | sort by a asc, b desc', table('x|3\nx|1\ny|2')],
  ['top', 'range x from 1 to 5 step 1 | top 2 by x', [[5], [4]]],
  ['top asc', 'range x from 1 to 5 step 1 | top 2 by x asc', [[1], [2]]],
  ['take, limit, count', 'range x from 1 to 5 step 1 | take 3 | limit 2 | count', 2],
  ['distinct', 'datatable(a:string, b:long)["x", 1, "y", 2, "x", 1] | distinct a, b', table('x|1\ny|2')],
  ['distinct *', 'datatable(a:string, b:long)["x", long(null), "x", long(null)] | distinct *', table('x|null')],
  ['extend reads the columns from before', 'print x = 1 | extend x = x + 1, y = x', one(2, 1)],
  ['project-away, project-keep', 'print aa = 1, ab = 2, c = 3 | project-away a* | union (print c = 4, d = 5 | project-keep c)', [[3], [4]]],
  ['project-rename, project-reorder', 'print a = 1, b = 2, c = 3 | project-rename z = a | project-reorder c, *', one(3, 1, 2)],
  ['project-reorder: order of names', 'print b = 1, a = 2, c = 3 | project-reorder c, * asc', one(3, 2, 1)],
  ['range of reals and times', 'range t from datetime(2020-01-01) to datetime(2020-01-02) step 12h | union (range t from 1.0 to 2.0 step 0.5) | count', 6],
  ['as', 'print x = 1 | as T | union T | count', 2],
  ['partition', 'datatable(k:string, v:long)["a", 1, "b", 2, "a", 3] | partition by k (top 1 by v)', table('a|3\nb|2')],
]);

const networks = `let IP_Data = datatable(network:string, continent_code:string, country_name:string) ["111.68.128.0/17","AS","Japan", "5.8.0.0/19","EU","Russia", "223.255.254.0/24","AS","Singapore",
  "46.36.200.51/32","OC","Cook Islands", "2.20.183.0/24","EU","United Kingdom"]; let IPs = datatable(ip:string)['2.20.183.12', '5.8.1.2', '192.165.12.17']; IPs`;
const networks6 = `let IP_Data = datatable(network:string, country_name:string) ["2001:0db8:85a3::/48","United States", "2404:6800:4001::/48","Japan", "2a02:26f0:4001::/48","France"];
  let IPs = datatable(ip:string)["2001:0db8:85a3:0000:0000:8a2e:0370:7334", "2404:6800:4001:0001:0000:8a2e:0370:7334", "a5e:f127:8a9d:146d:e102:b5d3:c755:abcd"]; IPs`;
cases('lookups of addresses', [
  ['ipv4-lookup-plugin', `${networks} | evaluate ipv4_lookup(IP_Data, ip, network)`, table('2.20.183.12|2.20.183.0/24|EU|United Kingdom\n5.8.1.2|5.8.0.0/19|EU|Russia')],
  ['ipv4-lookup-plugin: unmatched', `${networks} | evaluate ipv4_lookup(IP_Data, ip, network, return_unmatched = true)`, [...table('2.20.183.12|2.20.183.0/24|EU|United Kingdom\n5.8.1.2|5.8.0.0/19|EU|Russia'), ['192.165.12.17', '', '', '']]],
  ['ipv4_lookup: an extra key', 'let L = datatable(net:string, k:string, v:long)["10.0.0.0/8", "a", 1, "10.0.0.0/8", "b", 2]; datatable(ip:string, k:string)["10.1.1.1", "b"] | evaluate ipv4_lookup(L, ip, net, k) | project ip, k, v', one('10.1.1.1', 'b', 2)],
  // The page shows the columns of the lookup table first; the parser has those of the source first.
  ['ipv6-lookup-plugin', `${networks6} | evaluate ipv6_lookup(IP_Data, ip, network) | project network, country_name`, [['2001:0db8:85a3::/48', 'United States'], ['2404:6800:4001::/48', 'Japan']]],
  ['ipv6-lookup-plugin: unmatched', `${networks6} | evaluate ipv6_lookup(IP_Data, ip, network, true) | project ip, country_name`, [['2001:0db8:85a3:0000:0000:8a2e:0370:7334', 'United States'], ['2404:6800:4001:0001:0000:8a2e:0370:7334', 'Japan'], ['a5e:f127:8a9d:146d:e102:b5d3:c755:abcd', '']]],
  ['ranges that overlap both match', 'let L = datatable(net:string)["10.0.0.0/8", "10.1.0.0/16"]; datatable(ip:string)["10.1.1.1"] | evaluate ipv4_lookup(L, ip, net) | count', 2],
]);

fails('operators refuse', [
  ['a join of other kinds', `${X} | join kind=leftouter (Y) on $left.Key == $right.Value2`, /KS|joining/],
  ['a union of nothing', 'union isfuzzy=true (A | where x == 1), (B | where x == 1)', /all missing|KS/],
  ['make-series', 'range x from 1 to 3 step 1 | make-series c=count() on x from 1 to 3 step 1', /MakeSeries/],
  ['parse', 'print s = "a=1" | parse s with "a=" n', /Parse/],
  ['an expanded long', 'print x = 1 | mv-expand x', /KS|expanding/],
]);
