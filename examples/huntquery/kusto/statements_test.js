'use strict';
const test = require('node:test');
const assert = require('node:assert');
const { run, cases, fails, table } = require('./testing');
const { Table } = require('./scope');

const one = (...cells) => [cells];

// tables of a tenant: name, columns, rows.
function tenant(...list) {
  return { tables: new Map(list.map(([name, columns, rows]) => [name, new Table(columns, () => rows, name)])) };
}
const text = (name) => ({ name, type: 'string' });
const long = (name) => ({ name, type: 'long' });

cases('let', [
  ['let-statement: scalars', 'let n = 10; let place = "Dallas"; let cutoff = ago(62d); print n, place, cutoff', one(10, 'Dallas', '2026-08-20T00:00:00.0000000Z')],
  ['let-statement: a function with a body of several statements', `let compute = (a:long) { let b = a + 1; b * 2 }; print compute(3)`, 8],
  ['let-statement: several names', 'let h = 1.0; let myBool = iff(true and false, 1, 2); print h + myBool', 3],
  ['a scalar of a scalar', 'let a = 2; let b = a * a; let c = b + a; print c', 6],
  ['a name of the inner scope hides the outer', 'let x = 1; let f = () { let x = 2; x }; print f(), x', one(2, 1)],
  ['a table', 'let T = range x from 1 to 3 step 1; T | where x in (T | where x > 1)', [[2], [3]]],
  ['a view', 'let V = view () { print a = 1 }; V | project a', 1],
  ['materialize', 'let M = materialize(range x from 1 to 2 step 1 | extend y = x * x); M | join kind=inner M on x | project x, y1', [[1, 1], [2, 4]]],
  ['toscalar', 'let top = toscalar(range x from 1 to 5 step 1 | summarize max(x)); range x from 4 to 5 step 1 | extend y = top - x', [[4, 1], [5, 0]]],
  ['toscalar of no rows', 'print toscalar(range x from 1 to 0 step 1 | project x)', null],
  ['toscalar takes the first cell', 'print toscalar(datatable(a:string, b:long)["p", 1, "q", 2])', 'p'],
  ['set is ignored', 'set notruncation; set query_now = datetime(2020-01-01); print 1', 1],
]);

cases('functions', [
  ['user-defined-functions: scalar', 'let Add7 = (arg0:long = 5) { arg0 + 7 }; range x from 1 to 2 step 1 | extend x_plus_7 = Add7(x), five_plus_seven = Add7()', [[1, 8, 12], [2, 9, 12]]],
  ['user-defined-functions: tabular', 'let f = (T:(x:long), least:long) { T | where x >= least }; f((range x from 1 to 5 step 1), 4)', [[4], [5]]],
  ['user-defined-functions: (*)', `let MyDistinct = (T:(*)) { T | distinct * }; datatable(v:long, name:string)[5, "b", 5, "b"] | invoke MyDistinct()`, table('5|b')],
  ['(*) with column_ifexists()', `let MyFilter = (T:(*)) { T | where column_ifexists("v", 0) >= 5 }; datatable(v:long, name:string)[4, "a", 5, "b"] | invoke MyFilter()`, table('5|b')],
  ['user-defined-functions: multiple statements', `let T = (x:long) { let y = x + 1; range z from x to y step 1 }; T(3)`, [[3], [4]]],
  ['defaults by name', 'let f = (a:long, b:long = 2, c:long = 3) { a * 100 + b * 10 + c }; print f(1), f(1, 5), f(1, c = 7), f(a = 4)', one(123, 153, 127, 423)],
  ['nested calls', 'let f = (a:long) { a + 1 }; let g = (a:long) { f(f(a)) * 2 }; print g(f(1))', 8],
  ['a parameter evaluated per row', 'let host = (u:string) { tolower(tostring(parse_url(u).Host)) }; datatable(u:string)["https://A.b/c", "x"] | project host(u)', [['a.b'], ['']]],
  ['a function that sees what was defined before', 'let k = 3; let f = (x:long) { x * k }; let k2 = 5; print f(k2)', 15],
  ['a table of a table', 'let Base = (T:(*)) { T | extend n = 1 }; let Twice = (T:(*)) { Base(T) | union Base(T) | summarize sum(n) }; datatable(id:string)["a"] | invoke Twice()', 2],
  ['invoke with an argument', 'let f = (T:(id:string), suffix:string) { T | extend id2 = strcat(id, suffix) }; datatable(id:string)["a"] | invoke f("!")', table('a|a!')],
  ['a dynamic parameter', 'let f = (list:dynamic) { array_length(list) }; print f(dynamic([1, 2]))', 2],
  ['a whole number for a real', 'let f = (x:real) { x / 2 }; print f(3)', 1.5],
  ['a table inside a function reads the parameters', 'let f = (least:long) { toscalar(range x from 1 to 5 step 1 | where x >= least | count) }; print f(4)', 2],
]);

cases('sources', [
  ['datatable-operator', 'datatable(Date:datetime, Event:string, MoreData:dynamic)[datetime(1910-06-11), "Born", dynamic({"key1":"value1"}), datetime(1930-01-01), "Enters", dynamic({"key1":"value2"})] | where strlen(Event) > 4 | extend key2 = MoreData.key1 | project Event, key2', table('Enters|value2')],
  ['print-operator', 'print 0 + 1 + 2 + 3 + 4 + 5, x = "Wow!"', one(15, 'Wow!')],
  ['print-operator: strcat', 'print banner=strcat("Hello", ", ", "World!")', 'Hello, World!'],
  ['range-operator: dates', 'range LastWeek from ago(1d) to now() step 12h', [['2026-10-20T00:00:00.0000000Z'], ['2026-10-20T12:00:00.0000000Z'], ['2026-10-21T00:00:00.0000000Z']]],
  ['range-operator: steps', 'range Steps from 1 to 8 step 3', [[1], [4], [7]]],
  ['range down', 'range x from 3 to 1 step -1', [[3], [2], [1]]],
  ['range of reals', 'range x from 0.5 to 1.5 step 0.5', [[0.5], [1], [1.5]]],
  ['as', 'range x from 1 to 2 step 1 | as R | where x == 2 | union R', [[2], [1], [2]]],
]);

const clicks = ['Clicks', [text('Url'), long('N')], [['u1', 1], ['u2', 2]]];
const views = ['ClickViews', [text('Url'), text('By')], [['u3', 'x']]];

cases('union', [
  ['union-operator: withsource', 'union withsource=SourceTable kind=outer Clicks, ClickViews', [['Clicks', 'u1', 1, ''], ['Clicks', 'u2', 2, ''], ['ClickViews', 'u3', null, 'x']]],
  ['union-operator: names of arms with wildcards', 'union withsource=S Click* | summarize count() by S', table('Clicks|2\nClickViews|1')],
  ['union-operator: let tables have their names', 'let A = print x = 1; let B = print x = 2; union withsource=S A, B', table('A|1\nB|2')],
  ['union-operator: an expression has union_arg#', 'union withsource=S Clicks, (ClickViews | take 1) | distinct S', [['Clicks'], ['union_arg1']]],
  ['isfuzzy: a missing table is left out', 'union isfuzzy=true withsource=S Clicks, Missing | project S, Url', table('Clicks|u1\nClicks|u2')],
  ['isfuzzy: a missing table with a filter is left out', 'union isfuzzy=true (Missing | where N > 1), Clicks | count', 2],
  ['isfuzzy: the columns of a missing table are not there', 'union isfuzzy=true Clicks, Missing | extend Who = column_ifexists("Who", "nobody") | project N, Who', table('1|nobody\n2|nobody')],
  ['types of one name', 'union (print x = 1), (print x = "a") | project x_long, x_string', [[1, ''], [null, 'a']]],
  ['a table piped', 'Clicks | union ClickViews | project Url', [['u1'], ['u2'], ['u3']]],
], { options: tenant(clicks, views) });

cases('tables of the tenant', [
  ['a table', 'Clicks | where N == 2', table('u2|2')],
  ['table()', 'table("Clicks") | count', 2],
  ['a let that hides a table', 'let Clicks = print Url = "mine"; Clicks', 'mine'],
], { options: tenant(clicks) });

fails('statements that fail', [
  ['a table that is not there', 'Missing | count', /KS204/],
  ['a function that is not there', 'print nonsense(1)', /KS211/],
  ['a union of missing tables only', 'union isfuzzy=true Missing, Gone | count', /a union of tables that are all missing/],
  ['a column that is not there', 'print a = 1 | where b == 1', /KS142/],
  ['a column of a table (*): its columns are not known', 'let f = (T:(*)) { T | where v > 5 }; print v = 6 | invoke f()', /KS142: The name 'v'/],
  ['an operator that is not supported', 'print a = "k=v" | parse a with "k=" v', /kusto: not supported: .*parse/i],
  ['a function of Kusto that is not supported', 'print series_fir(dynamic([1]), dynamic([1]))', /kusto: not supported: the function series_fir/],
  ['an aggregate that is not supported', 'range x from 1 to 3 step 1 | summarize stdev(x)', /kusto: not supported: the function stdev/],
  ['a row of the caller inside a table', 'let f = (a:long) { toscalar(range x from 1 to 3 step 1 | where x == a | count) }; range y from 1 to 2 step 1 | extend z = f(y)', /kusto: not supported: a, which depends on a row, in another query/],
  ['externaldata without a file', 'externaldata(a:string)[@"https://example.org/a.csv"] | count', /kusto: not supported: the URL "https:\/\/example\.org\/a\.csv"/],
], tenant(clicks));

test('names of columns', () => {
  const names = (query) => run(query).names;
  assert.deepStrictEqual(names('print 1 + 1, "a", x = 2'), ['print_0', 'print_1', 'x']);
  assert.deepStrictEqual(names('print a = 1 | extend a + 1, tostring(a)'), ['a', 'Column1']); // tostring(a) is a itself, converted
});
