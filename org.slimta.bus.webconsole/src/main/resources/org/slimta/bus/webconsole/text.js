// Numbers, times and amounts as a reader expects them.

const NONE = '\u2013';
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export const count = (value) => whole.format(value);

/** A rate a second: with a decimal where it matters. */
export function rate(value) {
  return value === 0 || value >= 100 ? whole.format(value) : value < 0.05 ? '<0.1' : tenths.format(value);
}

/** Microseconds, with three digits and a unit. */
export function latency(micros) {
  if (micros < 0) {
    return NONE;
  }
  if (micros >= 60e6) {
    return duration(micros / 1e3);
  }
  const units = [['\u00b5s', 1], ['ms', 1e3], ['s', 1e6]];
  const [unit, size] = units[micros < 1e3 ? 0 : micros < 1e6 ? 1 : 2];
  const value = micros / size;
  return (unit === '\u00b5s' || value >= 100 ? whole.format(value) : value.toPrecision(value >= 10 ? 3 : 2)) + '\u00a0' + unit;
}

export function bytes(value) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let left = value;
  while (left >= 1000 && unit < units.length - 1) {
    left /= 1000;
    unit++;
  }
  return (unit > 0 && left < 100 ? tenths.format(left) : whole.format(left)) + '\u00a0' + units[unit];
}

/** A duration in milliseconds, in its two largest units. */
export function duration(millis) {
  const seconds = Math.max(0, Math.round(millis / 1000));
  const units = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first < 0) {
    return '0\u00a0s';
  }
  const [unit, size] = units[first];
  let text = Math.floor(seconds / size) + '\u00a0' + unit;
  if (first < 2) {
    const [smaller, part] = units[first + 1];
    const rest = Math.floor((seconds % size) / part);
    text += rest > 0 ? ' ' + rest + '\u00a0' + smaller : '';
  }
  return text;
}

const two = (value) => String(value).padStart(2, '0');

export function timeOfDay(millis) {
  const date = new Date(millis);
  return two(date.getHours()) + ':' + two(date.getMinutes()) + ':' + two(date.getSeconds());
}

export function day(millis) {
  const date = new Date(millis);
  return date.getFullYear() + '-' + two(date.getMonth() + 1) + '-' + two(date.getDate());
}

/** A moment, with its day if that is not today. */
export function moment(millis, now) {
  return (day(millis) === day(now) ? '' : day(millis) + ' ') + timeOfDay(millis);
}

/** A moment and how long ago it is; what did not happen is 0. */
export function ago(millis, now) {
  return millis === 0 ? NONE : moment(millis, now) + ' (' + duration(now - millis) + ' ago)';
}

export const orNone = (text) => (text === null || text === '' ? NONE : text);

/** The last part of the name of a class. */
export const simpleName = (className) => className.slice(className.lastIndexOf('.') + 1);

export const plural = (value, word, several = word + 's') => count(value) + ' ' + (value === 1 ? word : several);
