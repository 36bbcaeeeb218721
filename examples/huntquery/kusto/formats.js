'use strict';
// format_datetime() and format_timespan().
const times = require('./times');
const int = require('./integers');
const { unsupported } = require('./errors');

const pad = (value, width) => String(value).padStart(width, '0');
const cut = (ticks, width) => pad(ticks, 7).slice(0, width);
const hour12 = (hour) => hour % 12 || 12;

const DATETIME = {
  d: (p) => p.day, dd: (p) => pad(p.day, 2),
  h: (p) => hour12(p.hour), hh: (p) => pad(hour12(p.hour), 2), H: (p) => p.hour, HH: (p) => pad(p.hour, 2),
  m: (p) => p.minute, mm: (p) => pad(p.minute, 2), M: (p) => p.month, MM: (p) => pad(p.month, 2),
  s: (p) => p.second, ss: (p) => pad(p.second, 2),
  y: (p) => p.year % 100, yy: (p) => pad(p.year % 100, 2), yyyy: (p) => pad(p.year, 4),
  tt: (p) => (p.hour < 12 ? 'AM' : 'PM'),
};
const TIMESPAN = {
  H: (p) => p.hour, HH: (p) => pad(p.hour, 2), h: (p) => p.hour, hh: (p) => pad(p.hour, 2),
  m: (p) => p.minute, mm: (p) => pad(p.minute, 2), s: (p) => p.second, ss: (p) => pad(p.second, 2),
};
const DELIMITERS = new Set([...' /-:,._[]']);

// write replaces each run of one letter by the part that it names.
function write(format, parts, specifiers, days) {
  return format.replace(/([a-zA-Z])\1*|[^a-zA-Z]/g, (run) => {
    if (DELIMITERS.has(run)) return run;
    if (/^f{1,7}$/.test(run)) return cut(parts.ticks, run.length);
    if (/^F{1,7}$/.test(run)) return cut(parts.ticks, run.length).replace(/0+$/, '');
    if (days !== undefined && /^d{1,8}$/.test(run)) return pad(days, run.length);
    const specifier = specifiers[run];
    return specifier ? specifier(parts) : unsupported(`the format ${JSON.stringify(run)}`);
  });
}

const formatDatetime = (datetime, format) => write(format, times.parts(datetime), DATETIME);

function formatTimespan(span, format) {
  const size = span < 0 ? int.negate(span) : span;
  const days = int.divide(size, times.DAY);
  const seconds = Number(int.divide(int.modulo(size, times.DAY), times.SECOND));
  const parts = {
    hour: Math.floor(seconds / 3600), minute: Math.floor(seconds / 60) % 60, second: seconds % 60,
    ticks: int.modulo(size, times.SECOND),
  };
  return (span < 0 ? '-' : '') + write(format, parts, TIMESPAN, days);
}

module.exports = { formatDatetime, formatTimespan };
