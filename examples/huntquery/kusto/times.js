'use strict';
// Datetimes and timespans. Both count ticks of 100 ns in the form of integers.js.
// A datetime counts from 2020-01-01, so that the years 1991 to 2048 are plain numbers and
// exact; all others are BigInts and exact as well.
const int = require('./integers');

const MICROSECOND = 10;
const MILLISECOND = 10000;
const SECOND = 10000000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// Ticks from 0001-01-01, where Kusto counts from, to 2020-01-01.
const EPOCH = 637134336000000000n;
const EPOCH_MS = Date.UTC(2020, 0, 1);
const MIN = int.normal(-EPOCH);
const MAX = int.normal(3155378975999999999n - EPOCH); // 9999-12-31T23:59:59.9999999Z

const toTicks = (datetime) => int.normal(BigInt(datetime) + EPOCH);
const inRange = (datetime) => (datetime !== null && datetime >= MIN && datetime <= MAX ? datetime : null);
const fromTicks = (ticks) => inRange(int.subtract(ticks, EPOCH));

// fromParts returns null where the parts are no date of the calendar.
function fromParts(year, month, day, hour = 0, minute = 0, second = 0, ticks = 0) {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return null;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1) return null;
  date.setUTCHours(hour, minute, second);
  return int.add(int.multiply(date.getTime() - EPOCH_MS, MILLISECOND), ticks);
}

// parts returns year, month, day, hour, minute, second, ticks (of the second), weekday.
function parts(datetime) {
  const ticks = int.modulo(datetime, SECOND);
  const date = new Date(Number(int.divide(int.subtract(datetime, ticks), MILLISECOND)) + EPOCH_MS);
  return {
    year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(),
    hour: date.getUTCHours(), minute: date.getUTCMinutes(), second: date.getUTCSeconds(),
    ticks, weekday: date.getUTCDay(),
  };
}

const fraction = (digits) => Number(((digits || '') + '0000000').slice(0, 7));

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const ISO = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$/i;
const RFC822 = /^(?:[a-z]{3,9}, )?(\d{1,2}) ([a-z]{3})[a-z]* (\d{2}|\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*(Z|UTC|GMT|[+-]\d{4})?$/i;
const RFC850 = /^[a-z]{3,9}, (\d{1,2})-([a-z]{3})-(\d{2}) (\d{1,2}):(\d{2})(?::(\d{2}))?\s*(UTC|GMT)?$/i;

// parse reads the formats that the page of the datetime type names, and no other.
function parse(text) {
  const s = text.trim();
  let m = ISO.exec(s);
  if (m) {
    return zone(fromParts(+m[1], +m[2], +m[3], +(m[4] || 0), +(m[5] || 0), +(m[6] || 0), fraction(m[7])), m[8]);
  }
  m = RFC822.exec(s) || RFC850.exec(s);
  if (!m) return null;
  const month = MONTHS.indexOf(m[2].toLowerCase()) + 1;
  const year = m[3].length === 4 ? +m[3] : +m[3] + (+m[3] > 49 ? 1900 : 2000);
  return zone(fromParts(year, month, +m[1], +(m[4] || 0), +(m[5] || 0), +(m[6] || 0)), m[7]);
}

function zone(datetime, offset) {
  if (datetime === null || !offset || /^[zug]/i.test(offset)) return datetime;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return inRange(int.subtract(datetime, (offset[0] === '-' ? -minutes : minutes) * MINUTE));
}

const two = (n) => String(n).padStart(2, '0');

// text is the form of Kusto's JSON: 2026-10-01T08:00:00.1234567Z.
function text(datetime) {
  const p = parts(datetime);
  return `${String(p.year).padStart(4, '0')}-${two(p.month)}-${two(p.day)}T${two(p.hour)}:${two(p.minute)}:${two(p.second)}.${String(p.ticks).padStart(7, '0')}Z`;
}

const UNITS = {
  d: DAY, day: DAY, days: DAY, h: HOUR, hr: HOUR, hrs: HOUR, hour: HOUR, hours: HOUR,
  m: MINUTE, min: MINUTE, minute: MINUTE, minutes: MINUTE, s: SECOND, sec: SECOND, second: SECOND, seconds: SECOND,
  ms: MILLISECOND, milli: MILLISECOND, millis: MILLISECOND, millisec: MILLISECOND, millisecond: MILLISECOND, milliseconds: MILLISECOND,
  micro: MICROSECOND, micros: MICROSECOND, microsec: MICROSECOND, microsecond: MICROSECOND, microseconds: MICROSECOND,
  nano: 0.01, nanos: 0.01, nanosec: 0.01, nanosecond: 0.01, nanoseconds: 0.01, tick: 1, ticks: 1,
};

// parseSpan reads 1.5h, 00:10:00, 1.02:03:04.5 and a bare number, which counts days.
function parseSpan(text) {
  const s = text.trim();
  let m = /^([+-]?)(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$/.exec(s);
  if (m) {
    if (+m[3] > 23 || +m[4] > 59 || +(m[5] || 0) > 59) return null;
    const rest = m[3] * HOUR + m[4] * MINUTE + (m[5] || 0) * SECOND + fraction(m[6]);
    const ticks = int.add(int.multiply(Number(m[2] || 0), DAY), rest);
    return m[1] === '-' ? int.negate(ticks) : ticks;
  }
  m = /^([+-]?\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(s);
  if (!m) return null;
  const unit = m[2] === '' ? DAY : UNITS[m[2].toLowerCase()];
  if (unit === undefined) return null;
  if (!m[1].includes('.') && unit >= 1) return int.multiply(int.parse(m[1]), unit);
  return int.fromReal(Math.round(Number(m[1]) * unit));
}

// spanText is the form of Kusto's JSON: 00:00:03.2000000, 1.02:00:00.
function spanText(span) {
  const size = span < 0 ? int.negate(span) : span;
  const ticks = int.modulo(size, SECOND);
  const days = int.divide(size, DAY);
  const seconds = Number(int.divide(int.modulo(size, DAY), SECOND));
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return (span < 0 ? '-' : '') + (days === 0 ? '' : days + '.') + clock + (ticks === 0 ? '' : '.' + String(ticks).padStart(7, '0'));
}

// floorTo rounds a datetime down to a multiple of a span, counted from year 1 as in Kusto.
// The distance of the epoch from such a multiple is kept for the next call.
let lastSpan = DAY;
let lastOffset = 0;
function floorTo(datetime, span) {
  if (!(span > 0)) return null;
  if (span !== lastSpan) {
    lastSpan = span;
    lastOffset = int.modulo(EPOCH, span);
  }
  return int.subtract(datetime, int.modulo(int.add(datetime, lastOffset), span));
}

module.exports = {
  MICROSECOND, MILLISECOND, SECOND, MINUTE, HOUR, DAY, MAX,
  toTicks, fromTicks, inRange, fromParts, parts, parse, text, parseSpan, spanText, floorTo,
};
