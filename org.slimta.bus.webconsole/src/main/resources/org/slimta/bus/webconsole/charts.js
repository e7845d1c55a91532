// What the page remembers of each bus, and small charts of it.

const SPAN_MILLIS = 300_000;
const RATE_MILLIS = 4_500;
const GAP_MILLIS = 10_000;
const WIDTH = 120;
const HEIGHT = 28;
const SVG = 'http://www.w3.org/2000/svg';

/** The readings of one bus in the last five minutes. */
export class History {
  #opened = 0;
  points = [];

  add(bus, now) {
    if (bus.opened !== this.#opened) {
      this.#opened = bus.opened;
      this.points = [];
    }
    const failed = Object.values(bus.failed).reduce((sum, value) => sum + value, 0);
    const point = { time: now, answered: bus.answered, failed, inFlight: bus.inFlight, queued: bus.queued };
    point.latency50 = bus.recent.latency50;
    point.latency99 = bus.recent.latency99;
    const base = this.#base(now);
    const seconds = base === undefined ? 0 : (now - base.time) / 1000;
    point.rate = seconds > 0 ? Math.max(0, bus.answered - base.answered) / seconds : null;
    point.failedRate = seconds > 0 ? Math.max(0, failed - base.failed) / seconds : null;
    this.points.push(point);
    this.points = this.points.filter((each) => each.time > now - SPAN_MILLIS);
  }

  /** The reading from which a rate is counted: a few seconds old, so that the rate of few transactions does not jump. */
  #base(now) {
    let base = this.points.at(-1);
    for (let i = this.points.length - 1; i >= 0 && now - base.time < RATE_MILLIS; i--) {
      base = this.points[i];
    }
    return base !== undefined && now - base.time < GAP_MILLIS ? base : undefined;
  }

  get last() {
    return this.points.at(-1);
  }
}

function path(points, value, end, top) {
  let d = '';
  let before = null;
  for (const point of points) {
    const y = value(point);
    if (y === null || y < 0) {
      before = null;
      continue;
    }
    const x = (WIDTH * (1 - (end - point.time) / SPAN_MILLIS)).toFixed(1);
    const start = before === null || point.time - before.time > GAP_MILLIS;
    d += (start ? 'M' : 'L') + x + ' ' + (HEIGHT - 1 - (y / top) * (HEIGHT - 3)).toFixed(1);
    before = point;
  }
  return d;
}

/** The least round number that is not below a value: 1, 2 or 5 times a power of ten. */
export function roundUp(value) {
  if (value <= 0) {
    return 1;
  }
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].find((factor) => factor * power >= value) * power;
}

/**
 * A line for each of some values of the history, from zero to a round maximum. It has no text: what it shows stands beside it
 * as a number.
 */
export class Chart {
  root;
  #lines;
  #values;
  #least;

  constructor(values, least = 1) {
    this.#values = values;
    this.#least = least;
    this.root = document.createElementNS(SVG, 'svg');
    this.root.setAttribute('viewBox', '0 0 ' + WIDTH + ' ' + HEIGHT);
    this.root.setAttribute('preserveAspectRatio', 'none');
    this.root.setAttribute('class', 'sb-chart');
    this.root.setAttribute('aria-hidden', 'true');
    this.root.setAttribute('focusable', 'false');
    const base = document.createElementNS(SVG, 'path');
    base.setAttribute('class', 'sb-base');
    base.setAttribute('d', 'M0 ' + (HEIGHT - 0.5) + 'H' + WIDTH);
    this.root.append(base);
    this.#lines = values.map((value, i) => {
      const line = document.createElementNS(SVG, 'path');
      line.setAttribute('class', 'sb-line sb-line-' + i);
      this.root.append(line);
      return line;
    });
  }

  /** Draws, and returns the maximum of the axis. */
  draw(history) {
    const points = history.points;
    const end = points.length === 0 ? 0 : points.at(-1).time;
    const highest = Math.max(0, ...points.flatMap((point) => this.#values.map((value) => value(point) ?? 0)));
    const top = Math.max(this.#least, roundUp(highest));
    this.#values.forEach((value, i) => this.#lines[i].setAttribute('d', path(points, value, end, top)));
    return top;
  }
}
