/** Negative, zero or positive as the first time is earlier, the same or later; undefined if either is not a time. */
export function compareDates(actual: string, wanted: string): number | undefined {
  const [first, second] = [timeOf(actual), timeOf(wanted)];
  return first === undefined || second === undefined ? undefined : Math.sign(first - second);
}

/** The W3C's forms of ISO 8601 (https://www.w3.org/TR/NOTE-datetime), from a year to fractions of a second. */
const W3C = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;

/**
 * A time in milliseconds since the epoch, from one of the W3C's forms or from seconds since the epoch. Four digits
 * are a year, and a time without a zone is UTC.
 */
function timeOf(text: string): number | undefined {
  if (/^-?\d+$/.test(text) && !/^\d{4}$/.test(text)) return Number(text) * 1000;
  const match = W3C.exec(text);
  if (match === null) return undefined;
  const [
    ,
    year = '',
    month = '01',
    day = '01',
    hour = '00',
    minute = '00',
    second = '00',
    fraction = '0',
    zone = 'Z',
  ] = match;
  const time = Date.UTC(+year, +month - 1, +day, +hour, +minute, +second);
  const read = new Date(time);
  // Date.UTC carries over: 30 February becomes 1 March.
  if (read.getUTCMonth() !== +month - 1 || read.getUTCDate() !== +day) return undefined;
  if (+hour > 23 || +minute > 59 || +second > 59) return undefined;
  return time + Number(fraction) * 1000 - offsetOf(zone);
}

function offsetOf(zone: string): number {
  if (zone === 'Z') return 0;
  const [hours = 0, minutes = 0] = zone.slice(1).split(':').map(Number);
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
