'use strict';
// Functions of times, with the examples of their pages.
const { cases, at } = require('./testing');

const one = (...cells) => [cells];

cases('times', [
  ['datetime-diff-function', `
    year = datetime_diff('year',datetime(2017-01-01),datetime(2000-12-31)),
    quarter = datetime_diff('quarter',datetime(2017-07-01),datetime(2017-03-30)),
    month = datetime_diff('month',datetime(2017-01-01),datetime(2015-12-30)),
    week = datetime_diff('week',datetime(2017-10-29 00:00),datetime(2017-09-30 23:59)),
    day = datetime_diff('day',datetime(2017-10-29 00:00),datetime(2017-09-30 23:59)),
    hour = datetime_diff('hour',datetime(2017-10-31 01:00),datetime(2017-10-30 23:59)),
    minute = datetime_diff('minute',datetime(2017-10-30 23:05:01),datetime(2017-10-30 23:00:59)),
    second = datetime_diff('second',datetime(2017-10-30 23:00:10.100),datetime(2017-10-30 23:00:00.900)),
    millisecond = datetime_diff('millisecond',datetime(2017-10-30 23:00:00.200100),datetime(2017-10-30 23:00:00.100900)),
    microsecond = datetime_diff('microsecond',datetime(2017-10-30 23:00:00.1009001),datetime(2017-10-30 23:00:00.1008009)),
    nanosecond = datetime_diff('nanosecond',datetime(2017-10-30 23:00:00.0000000),datetime(2017-10-30 23:00:00.0000007))`,
  one(17, 2, 13, 5, 29, 2, 5, 10, 100, 100, -700)],
  ['datetime-add-function: period', `
    datetime_add('year',1,make_datetime(2017,1,1)), datetime_add('quarter',1,make_datetime(2017,1,1)), datetime_add('month',1,make_datetime(2017,1,1)),
    datetime_add('week',1,make_datetime(2017,1,1)), datetime_add('day',1,make_datetime(2017,1,1)), datetime_add('hour',1,make_datetime(2017,1,1)),
    datetime_add('minute',1,make_datetime(2017,1,1)), datetime_add('second',1,make_datetime(2017,1,1))`,
  one(...['2018-01-01', '2017-04-01', '2017-02-01', '2017-01-08', '2017-01-02', '2017-01-01 01:00:00', '2017-01-01 00:01:00', '2017-01-01 00:00:01'].map(at))],
  ['datetime-add-function: amount', `
    datetime_add('year',-5,make_datetime(2017,1,1)), datetime_add('quarter',12,make_datetime(2017,1,1)), datetime_add('month',-15,make_datetime(2017,1,1)), datetime_add('week',100,make_datetime(2017,1,1))`,
  one(...['2012-01-01', '2020-01-01', '2015-10-01', '2018-12-02'].map(at))],
  ['datetime-part-function', `let dt = datetime(2017-10-30 01:02:03.7654321); print
    datetime_part("year", dt), datetime_part("quarter", dt), datetime_part("month", dt), datetime_part("week_of_year", dt), datetime_part("day", dt), datetime_part("dayOfYear", dt),
    datetime_part("hour", dt), datetime_part("minute", dt), datetime_part("second", dt), datetime_part("millisecond", dt), datetime_part("microsecond", dt), datetime_part("nanosecond", dt)`,
  one(2017, 4, 10, 44, 30, 303, 1, 2, 3, 765, 765432, 765432100)],
  ['hour-of-day-function', 'hourofday(datetime(2015-12-14 18:54))', 18],
  ['day-of-week-function', 'dayofweek(datetime(1947-11-30 10:00:05)), dayofweek(datetime(1970-05-11)), toint(dayofweek(datetime(1970-5-12))/1d)', one('00:00:00', '1.00:00:00', 2)],
  ['startofday-function', 'range offset from -1 to 1 step 1 | project dayStart = startofday(datetime(2017-01-01 10:10:17), offset)', ['2016-12-31', '2017-01-01', '2017-01-02'].map((d) => [at(d)])],
  ['endofday-function', 'range offset from -1 to 1 step 1 | project dayEnd = endofday(datetime(2017-01-01 10:10:17), offset)', ['2016-12-31', '2017-01-01', '2017-01-02'].map((d) => [at(d + ' 23:59:59.9999999')])],
  ['startofweek-function', 'range offset from -1 to 1 step 1 | project weekStart = startofweek(datetime(2017-01-01 10:10:17), offset)', ['2016-12-25', '2017-01-01', '2017-01-08'].map((d) => [at(d)])],
  ['startofweek-function: Monday', `let startofweekFromMonday = (dateArg: datetime) { datetime_add('day', 1, startofweek(datetime_add('day', -1, dateArg))) };
    let data=datatable(Date: datetime, day: string) [
      datetime(2025-6-14), "Saturday", datetime(2025-6-15), "Sunday", datetime(2025-6-16), "Monday", datetime(2025-6-17), "Tuesday"];
    data | project MondayWeek=startofweekFromMonday(Date)`, ['2025-06-09', '2025-06-09', '2025-06-16', '2025-06-16'].map((d) => [at(d)])],
  ['make-datetime-function', 'make_datetime(2017,10,01), make_datetime(2017,10,01,12,10), make_datetime(2017,10,01,12,11,0.1234567), isnull(make_datetime(2017,13,1))', one(...['2017-10-01', '2017-10-01 12:10:00', '2017-10-01 12:11:00.1234567'].map(at), true)],
  // The page has 55.123 seconds, which the parser refuses.
  ['make-timespan-function', 'make_timespan(1,12,30,55), make_timespan(1,2), isnull(make_timespan(25,0))', one('1.12:30:55', '01:02:00', true)],
  ['unixtime-seconds-todatetime-function', 'unixtime_seconds_todatetime(1546300800), unixtime_milliseconds_todatetime(1546300800000), unixtime_microseconds_todatetime(1546300800000000), unixtime_nanoseconds_todatetime(1546300800000000000)', one(...Array(4).fill(at('2019-01-01')))],
  ['format-datetime-function', `let dt = datetime(2017-01-29 09:00:05); print format_datetime(dt,'yy-MM-dd [HH:mm:ss]'), format_datetime(dt, 'yyyy-M-dd [H:mm:ss]'), format_datetime(dt, 'yy-MM-dd [hh:mm:ss tt]')`, one('17-01-29 [09:00:05]', '2017-1-29 [9:00:05]', '17-01-29 [09:00:05 AM]')],
  ['format-datetime-function: specifiers', `let t = datetime(2009-06-15T13:45:30.6175425); print format_datetime(t,'d f'), format_datetime(t,'fffffff FF'), format_datetime(t,'h hh H HH'), format_datetime(t,'m M MM s y yyyy tt'), format_datetime(datetime(2009-06-15T13:45:30.05), 'F')`,
    one('15 6', '6175425 61', '1 01 13 13', '45 6 06 30 9 2009 PM', '')],
  ['format-timespan-function', "let t = time(29.09:00:05.12345); print format_timespan(t, 'dd.hh:mm:ss:FF'), format_timespan(t, 'ddd.h:mm:ss [fffffff]')", one('29.09:00:05:12', '029.9:00:05 [1234500]')],
  ['now-function, ago-function', 'now() == datetime(2026-10-21), now(-2d), ago(1h)', one(true, at('2026-10-19'), at('2026-10-20 23:00'))],
  ['times out of range are null', 'isnull(datetime(9999-12-31) + 2d), isnull(datetime(0001-01-01) - 1tick)', one(true, true)],
]);
