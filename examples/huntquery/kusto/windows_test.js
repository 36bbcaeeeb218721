'use strict';
// Window functions and scan, with the examples of their pages.
const { cases, fails, table, at } = require('./testing');

const sessions = `datatable (ID:string, Timestamp:datetime) [
  "1", datetime(2024-04-11 10:00:00), "2", datetime(2024-04-11 10:18:00), "1", datetime(2024-04-11 11:00:00), "3", datetime(2024-04-11 11:30:00),
  "2", datetime(2024-04-11 13:30:00), "2", datetime(2024-04-11 10:16:00)] | sort by ID asc, Timestamp asc`;

cases('window functions', [
  ['prev, next', 'range x from 1 to 3 step 1 | serialize p = prev(x), n = next(x), pp = prev(x, 2, -1), nn = next(x, 2, 9)', table('1|null|2|-1|3\n2|1|3|-1|9\n3|2|null|1|9')],
  ['prev of a text is empty', 'datatable(s:string)["a", "b"] | serialize p = prev(s)', table('a|\nb|a')],
  ['prev-function: differences', `datatable(t:datetime)[datetime(2020-01-01 00:00:00), datetime(2020-01-01 00:00:01), datetime(2020-01-01 00:00:03)]
    | sort by t asc | extend d = datetime_diff('millisecond', t, prev(t, 1)) | where d > 250 | project d`, [[1000], [2000]]],
  ['prev in where', 'range x from 1 to 6 step 1 | serialize | where x - prev(x) == 1 and x % 2 == 0', [[2], [4], [6]]],
  ['row-number-function', 'range a from 1 to 3 step 1 | sort by a desc | extend rn=row_number()', table('3|1\n2|2\n1|3')],
  ['row-number-function: start', 'range a from 1 to 3 step 1 | sort by a desc | extend rn=row_number(7)', table('3|7\n2|8\n1|9')],
  ['row-number-function: restart', `datatable (Airport:string, Airline:string, Departures:long) ["TLV", "LH", 1, "TLV", "LY", 100, "SEA", "LH", 1, "SEA", "BA", 2, "SEA", "LY", 0]
    | sort by Airport asc, Departures desc | extend Rank=row_number(1, prev(Airport) != Airport)`, table('SEA|BA|2|1\nSEA|LH|1|2\nSEA|LY|0|3\nTLV|LY|100|1\nTLV|LH|1|2')],
  ['row-cumsum-function', 'datatable (a:long) [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] | where a%2==0 | serialize cs=row_cumsum(a)', table('2|2\n4|6\n6|12\n8|20\n10|30')],
  ['row-cumsum-function: restart', `datatable(name:string, month:int, salary:long) ["Alice", 1, 1000, "Bob", 1, 1000, "Alice", 2, 2000, "Bob", 2, 1950, "Alice", 3, 1400, "Bob", 3, 1450]
    | order by name asc, month asc | extend total=row_cumsum(salary, name != prev(name))`, table('Alice|1|1000|1000\nAlice|2|2000|3000\nAlice|3|1400|4400\nBob|1|1000|1000\nBob|2|1950|2950\nBob|3|1450|4400')],
  ['row-rank-dense-function', `datatable (Airport:string, Airline:string, Departures:long) ["SEA", "LH", 3, "SEA", "LY", 100, "SEA", "UA", 3, "SEA", "BA", 2, "SEA", "EL", 3]
    | sort by Departures asc | extend Rank=row_rank_dense(Departures)`, table('SEA|BA|2|1\nSEA|LH|3|2\nSEA|UA|3|2\nSEA|EL|3|2\nSEA|LY|100|3')],
  ['row-rank-dense-function: restart', `datatable (Airport:string, Airline:string, Departures:long) ["SEA", "LH", 3, "SEA", "LY", 100, "SEA", "UA", 3, "SEA", "BA", 2, "SEA", "EL", 3, "AMS", "EL", 1, "AMS", "BA", 1]
    | sort by Airport desc, Departures asc | extend Rank=row_rank_dense(Departures, prev(Airport) != Airport)`, table('SEA|BA|2|1\nSEA|LH|3|2\nSEA|UA|3|2\nSEA|EL|3|2\nSEA|LY|100|3\nAMS|EL|1|1\nAMS|BA|1|1')],
  ['row-window-session-function', `${sessions} | extend SessionStarted = row_window_session(Timestamp, 1h, 5m, ID != prev(ID)) | project ID, SessionStarted`, [
    ['1', at('2024-04-11 10:00')], ['1', at('2024-04-11 11:00')], ['2', at('2024-04-11 10:16')], ['2', at('2024-04-11 10:16')], ['2', at('2024-04-11 13:30')], ['3', at('2024-04-11 11:30')]]],
  ['the same rows twice are two rows', 'let T = datatable(x:long)[5]; union T, T | serialize n = row_number()', table('5|1\n5|2')],
  ['a window function as an argument of a function', 'let f = (n:long) { n * 10 + n }; range x from 1 to 3 step 1 | serialize y = f(row_number())', table('1|11\n2|22\n3|33')],
]);

const events = (rows) => `let Events = datatable (Ts: timespan, Event: string) [${rows}]; Events | sort by Ts asc`;
cases('scan-operator', [
  ['cumulative sum', 'range x from 1 to 5 step 1 | scan declare (cumulative_x:long=0) with (step s1: true => cumulative_x = x + s1.cumulative_x;)', table('1|1\n2|3\n3|6\n4|10\n5|15')],
  ['reset', `range x from 1 to 5 step 1 | extend y = 2 * x | scan declare (cumulative_x:long=0, cumulative_y:long=0) with (
    step s1: true => cumulative_x = iff(s1.cumulative_x >= 10, x, x + s1.cumulative_x), cumulative_y = iff(s1.cumulative_y >= 10, y, y + s1.cumulative_y);)`, table('1|2|1|2\n2|4|3|6\n3|6|6|12\n4|8|10|8\n5|10|5|18')],
  ['fill forward', `${events('0m, "A", 1m, "", 2m, "B", 3m, "", 4m, "", 6m, "C"')} | scan declare (Event_filled: string="") with (
    step s1: true => Event_filled = iff(isempty(Event), s1.Event_filled, Event);) | project Event_filled`, [['A'], ['A'], ['B'], ['B'], ['B'], ['C']]],
  ['sessions', `${events('0m, "A", 1m, "A", 2m, "B", 3m, "D", 32m, "B", 36m, "C", 38m, "D", 41m, "E", 75m, "A"')}
    | scan with_match_id=session_id declare (sessionStart: timespan) with (
      step inSession: true => sessionStart = iff(isnull(inSession.sessionStart), Ts, inSession.sessionStart);
      step endSession output=none: Ts - inSession.sessionStart > 30m;)
    | project Event, sessionStart, session_id`,
  table('A|00:00:00|0\nA|00:00:00|0\nB|00:00:00|0\nD|00:00:00|0\nB|00:32:00|1\nC|00:32:00|1\nD|00:32:00|1\nE|00:32:00|1\nA|01:15:00|2')],
  ['between start and stop', `${events('0m, "A", 1m, "Start", 2m, "B", 3m, "D", 4m, "Stop", 6m, "C", 8m, "Start", 11m, "E", 12m, "Stop"')}
    | scan with_match_id=m_id with (
      step s1: Event == "Start";
      step s2: Event != "Start" and Event != "Stop" and Ts - s1.Ts <= 5m;
      step s3: Event == "Stop" and Ts - s1.Ts <= 5m;)`,
  table('00:01:00|Start|0\n00:02:00|B|0\n00:03:00|D|0\n00:04:00|Stop|0\n00:08:00|Start|1\n00:11:00|E|1\n00:12:00|Stop|1')],
  ['a session for each user', `datatable(Timestamp:datetime, userID:int, EventType:string) [
      datetime(2024-05-28 08:15:23), 1, "login", datetime(2024-05-28 08:30:15), 2, "login", datetime(2024-05-28 12:30:45), 1, "logout", datetime(2024-05-28 11:45:32), 2, "logout"]
    | partition hint.strategy=native by userID (sort by Timestamp asc | scan declare (start: datetime, end: datetime, sessionDuration: timespan) with (
      step s1 output=none: EventType == "login" => start = Timestamp;
      step s2 output=all: EventType == "logout" => start = s1.start, end = Timestamp, sessionDuration = Timestamp - s1.start;))
    | project userID, sessionDuration`, table('1|04:15:22\n2|03:15:17')],
]);

fails('window functions refuse', [
  ['no table', 'print row_number()', /without a table|KS/],
  ['prev of another', 'range x from 1 to 3 step 1 | serialize y = prev(row_number())', /window function|KS/],
]);
