'use strict';
// Functions of datetimes and timespans.
const { typed, special } = require('./define');
const { combine, literal } = require('../scope');
const { unsupported } = require('../errors');
const int = require('../integers');
const times = require('../times');
const { formatDatetime, formatTimespan } = require('../formats');

const { SECOND, MINUTE, HOUR, DAY } = times;
const day = (datetime) => times.floorTo(datetime, DAY);
const month = (p, offset) => {
  const months = p.year * 12 + p.month - 1 + offset;
  return times.fromParts(Math.floor(months / 12), (months % 12) + 1, 1);
};
const last = (start) => int.subtract(start, 1); // the tick before

const STARTS = {
  day: (datetime, offset) => int.add(day(datetime), int.multiply(offset, DAY)),
  week: (datetime, offset) => int.add(day(datetime), (offset * 7 - times.parts(datetime).weekday) * DAY),
  month: (datetime, offset) => month(times.parts(datetime), offset),
  year: (datetime, offset) => times.fromParts(times.parts(datetime).year + offset, 1, 1),
};
const start = (unit) => typed((datetime, offset = 0) => STARTS[unit](datetime, offset));
const end = (unit) => typed((datetime, offset = 0) => last(STARTS[unit](datetime, offset + 1)));

const LENGTHS = {
  week: 7 * DAY, day: DAY, hour: HOUR, minute: MINUTE, second: SECOND,
  millisecond: times.MILLISECOND, microsecond: times.MICROSECOND, nanosecond: 0.01,
};
const unitOf = (name) => String(name).toLowerCase();

// monthsOf returns a count of months for units that have no fixed length.
const MONTHS = { year: 12, quarter: 3, month: 1 };

// difference counts the borders of a period between two times.
function difference(period, a, b) {
  const unit = unitOf(period);
  if (MONTHS[unit]) {
    const index = (p) => Math.floor((p.year * 12 + p.month - 1) / MONTHS[unit]);
    return index(times.parts(a)) - index(times.parts(b));
  }
  if (unit === 'week') return int.divide(int.subtract(STARTS.week(a, 0), STARTS.week(b, 0)), LENGTHS.week);
  if (unit === 'nanosecond') return int.multiply(int.subtract(a, b), 100);
  const length = LENGTHS[unit];
  if (!length) return unsupported(`the period ${JSON.stringify(unit)} of datetime_diff()`);
  return int.divide(int.subtract(times.floorTo(a, length), times.floorTo(b, length)), length);
}

function add(period, amount, datetime) {
  const unit = unitOf(period);
  if (MONTHS[unit]) {
    const p = times.parts(datetime);
    const first = month(p, amount * MONTHS[unit]);
    if (first === null) return null;
    const target = times.parts(first);
    const days = new Date(Date.UTC(target.year, target.month, 0)).getUTCDate();
    const moved = int.add(first, (Math.min(p.day, days) - 1) * DAY);
    return int.add(moved, int.subtract(datetime, day(datetime)));
  }
  if (unit === 'nanosecond') return times.inRange(int.add(datetime, int.divide(amount, 100)));
  const length = LENGTHS[unit];
  if (!length) return unsupported(`the period ${JSON.stringify(unit)} of datetime_add()`);
  return times.inRange(int.add(datetime, int.multiply(amount, length)));
}

const dayOfYear = (datetime) => int.divide(int.subtract(day(datetime), STARTS.year(datetime, 0)), DAY) + 1;

// weekOfYear is the week of ISO 8601: the one with the year's first Thursday is week 1.
function weekOfYear(datetime) {
  const weekday = (times.parts(datetime).weekday + 6) % 7; // Monday is 0
  const thursday = int.add(day(datetime), (3 - weekday) * DAY);
  return Math.floor((dayOfYear(thursday) - 1) / 7) + 1;
}

const PARTS = {
  year: (d) => times.parts(d).year,
  quarter: (d) => Math.ceil(times.parts(d).month / 3),
  month: (d) => times.parts(d).month,
  week_of_year: weekOfYear,
  day: (d) => times.parts(d).day,
  dayofyear: dayOfYear,
  hour: (d) => times.parts(d).hour,
  minute: (d) => times.parts(d).minute,
  second: (d) => times.parts(d).second,
  millisecond: (d) => Math.floor(times.parts(d).ticks / times.MILLISECOND),
  microsecond: (d) => Math.floor(times.parts(d).ticks / times.MICROSECOND),
  nanosecond: (d) => times.parts(d).ticks * 100,
};

function part(name, datetime) {
  const take = PARTS[unitOf(name)];
  return take ? take(datetime) : unsupported(`the part ${JSON.stringify(name)} of datetime_part()`);
}

const UNIX = times.fromParts(1970, 1, 1);
const fromUnix = (unit) => typed((count) => {
  const ticks = Number.isInteger(count) || typeof count === 'bigint' ? int.multiply(count, unit) : int.fromReal(count * unit);
  return ticks === null ? null : times.inRange(int.add(UNIX, ticks));
});

// span makes a timespan of hours, minutes, seconds, or of days and those.
function span(...given) {
  const [days, hours, minutes, seconds = 0] = given.length === 4 ? given : [0, ...given];
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds >= 60) return null;
  return [[days, DAY], [hours, HOUR], [minutes, MINUTE], [seconds, SECOND]]
    .reduce((sum, [count, unit]) => int.add(sum, int.fromReal(Number(count) * unit)), 0);
}

function makeDatetime(year, months, days, hour = 0, minute = 0, second = 0) {
  const whole = Math.floor(second);
  return times.fromParts(year, months, days, hour, minute, whole, Math.round((second - whole) * SECOND));
}

module.exports = {
  now: special((call) => {
    const at = literal('datetime', call.scope.engine.now);
    return call.args[0] ? combine('datetime', call.args, (row) => int.add(at.eval(), call.args[0].eval(row))) : at;
  }),
  ago: special((call) => combine('datetime', call.args, (row) => {
    const back = call.args[0].eval(row);
    return back === null ? null : times.inRange(int.subtract(call.scope.engine.now, back));
  })),
  startofday: start('day'), startofweek: start('week'), startofmonth: start('month'), startofyear: start('year'),
  endofday: end('day'), endofweek: end('week'), endofmonth: end('month'), endofyear: end('year'),
  datetime_diff: typed(difference),
  datetime_add: typed(add),
  datetime_part: typed(part),
  hourofday: typed(PARTS.hour),
  dayofweek: typed((d) => times.parts(d).weekday * DAY),
  dayofmonth: typed(PARTS.day),
  dayofyear: typed(dayOfYear),
  week_of_year: typed(weekOfYear),
  monthofyear: typed(PARTS.month),
  getyear: typed(PARTS.year), getmonth: typed(PARTS.month),
  make_datetime: typed(makeDatetime),
  make_timespan: typed(span),
  unixtime_seconds_todatetime: fromUnix(SECOND),
  unixtime_milliseconds_todatetime: fromUnix(times.MILLISECOND),
  unixtime_microseconds_todatetime: fromUnix(times.MICROSECOND),
  unixtime_nanoseconds_todatetime: typed((count) => times.inRange(int.add(UNIX, int.divide(count, 100)))),
  format_datetime: typed(formatDatetime),
  format_timespan: typed(formatTimespan),
};
