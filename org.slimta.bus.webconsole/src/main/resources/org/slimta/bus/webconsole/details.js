// What is known of one bus, in full.

import { element, setAttribute, setText, sync, textRows } from './elements.js';
import { Chart } from './charts.js';
import { ago, bytes, count, day, duration, latency, moment, orNone, plural, rate, simpleName } from './text.js';

const DAY_MILLIS = 86_400_000;

/** Charts with the maximum of their axis: [title, values, names of the lines, text of a maximum, least maximum]. */
const CHARTS = [
  ['Rate', [(point) => point.rate], [], (top) => count(top) + '/s', 1],
  ['Failed', [(point) => point.failedRate], [], (top) => count(top) + '/s', 1],
  ['Load', [(point) => point.inFlight, (point) => point.queued], ['in flight', 'queued'], count, 1],
  ['Latency', [(point) => point.latency50, (point) => point.latency99], ['p50', 'p99'], latency, 100],
];

/** A chart with its title, its maximum and the names of its lines. */
class LargeChart {
  root = element('figure', { class: 'sb-large' });
  #top = element('span', { class: 'sb-top' });
  #chart;
  #format;

  constructor([title, values, names, format, least]) {
    this.#chart = new Chart(values, least);
    this.#format = format;
    const caption = element('figcaption', {}, element('span', { class: 'sb-title' }, title));
    names.forEach((name, i) => caption.append(element('span', { class: 'sb-key sb-key-' + i }, name)));
    caption.append(this.#top);
    const axis = element('div', { class: 'sb-axis' }, element('span', {}, '5 min ago'), element('span', {}, 'now'));
    this.root.append(caption, this.#chart.root, axis);
  }

  update(history) {
    setText(this.#top, 'top ' + this.#format(this.#chart.draw(history)));
  }
}

/** Pairs of a name and a text, in the order in which they are given; those without a text are left out. */
class Facts {
  root = element('dl', { class: 'sb-facts' });

  show(pairs) {
    const shown = pairs.filter(([, text]) => text !== null && text !== '');
    sync(this.root, shown, ([name]) => name, () => new Fact());
  }
}

class Fact {
  root = element('div');
  #name = element('dt');
  #text = element('dd');

  constructor() {
    this.root.append(this.#name, this.#text);
  }

  update([name, text, alarm]) {
    setText(this.#name, name);
    setText(this.#text, text);
    setAttribute(this.#text, 'class', alarm ? 'sb-alarm' : null);
  }
}

function table(title, className, columns) {
  const body = element('tbody', { role: 'rowgroup' });
  const head = columns.map(([label, style]) =>
    element('th', { role: 'columnheader', scope: 'col', class: style }, label));
  const root = element('table', { role: 'table', class: 'sb-small ' + className },
    element('caption', {}, title),
    element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...head)), body);
  return { root, show: (items, keyOf) => sync(body, items, keyOf, textRows(columns)) };
}

export class Details {
  root = element('div', { class: 'sb-detail' });
  #charts = CHARTS.map((each) => new LargeChart(each));
  #figures = table('Transactions', 'sb-figures', [
    ['', '', ([name]) => name],
    ['Last minute', 'sb-number', ([, recent]) => recent],
    ['Since the opening', 'sb-number', ([, , all]) => all],
  ]);
  #bus = new Facts();
  #now = new Facts();
  #custom = new Facts();
  #customPart = part('Properties of its own', this.#custom.root);
  #connections = table('Connections', 'sb-cards', [
    ['Peer', '', (each) => each.address],
    ['Certificate', '', (each) => orNone(each.identity)],
    ['Open for', 'sb-number', (each) => each.age],
    ['In flight', 'sb-number', (each) => count(each.inFlight)],
    ['Not read because of', '', (each) => orNone(each.notRead.join(', '))],
  ]);
  #more = element('p', { class: 'sb-second' });
  #peers = element('div', { class: 'sb-wide' }, this.#connections.root, this.#more);

  constructor() {
    const charts = element('div', { class: 'sb-charts sb-wide' }, ...this.#charts.map((chart) => chart.root));
    const bus = element('div', {}, part('Bus', this.#bus.root), this.#customPart);
    this.root.append(charts, this.#figures.root, part('Now', this.#now.root), bus, this.#peers);
  }

  update({ bus, report, now }, history) {
    this.#charts.forEach((chart) => chart.update(history));
    this.#figures.show(figures(bus), ([name]) => name);
    this.#now.show(present(bus, now));
    this.#bus.show(identity(bus, report, now));
    const custom = Object.entries(bus.customProperties);
    this.#customPart.hidden = custom.length === 0;
    this.#custom.show(custom);
    this.#peers.hidden = bus.connections.length === 0;
    const connections = bus.connections.map((each) => ({ ...each, age: duration(now - each.opened) }));
    this.#connections.show(connections, (each) => each.address);
    const left = bus.peers - bus.connections.length;
    setText(this.#more, left > 0 ? 'and ' + plural(left, 'connection') + ' with fewer transactions in flight' : '');
  }
}

function part(title, content) {
  return element('section', { class: 'sb-part' }, element('h3', {}, title), content);
}

function figures(bus) {
  const recent = bus.recent;
  const reasons = [...new Set([...Object.keys(bus.failed), ...Object.keys(recent.failed)])].sort();
  return [
    ['answered', count(recent.answered), count(bus.answered)],
    ['failed', rate(recent.failedPerSecond) + '/s', ''],
    ...reasons.map((reason) => [reason, count(recent.failed[reason] ?? 0), count(bus.failed[reason] ?? 0)]),
    ['latency p50', latency(recent.latency50), latency(bus.latency50)],
    ['latency p99', latency(recent.latency99), latency(bus.latency99)],
    ['latency p99.9', latency(recent.latency999), latency(bus.latency999)],
  ];
}

function present(bus, now) {
  const failure = bus.lastFailure;
  const reasons = Object.entries(bus.notRead).map(([reason, number]) => reason + ' ' + count(number));
  return [
    ['state', bus.state],
    ['waits for', bus.waitingFor],
    ['not as configured', bus.problem, true],
    ['fails since', bus.failingSince > 0 ? ago(bus.failingSince, now) : null, true],
    ['last answered', bus.lastAnswered > 0 ? ago(bus.lastAnswered, now) : null],
    ['last failure', failure === null ? null : failure.reason + ' at ' + ago(failure.time, now)],
    ['its message', failure === null ? null : failure.message],
    ['its outcome', failure === null ? null : failure.outcome],
    ['oldest in flight', bus.oldestInFlight < 0 ? null : latency(1000 * bus.oldestInFlight)],
    ['memory', bus.memoryLimit > 0 ? bytes(bus.heldBytes) + ' of ' + bytes(bus.memoryLimit) : null],
    ['connections not read', reasons.join(', '), true],
  ];
}

function identity(bus, report, now) {
  return [
    ['kind', bus.kind],
    ['address', bus.address],
    ['opened', bus.opened > 0 ? ago(bus.opened, now) : null],
    ['configuration', bus.pid],
    ['opened by bundle', bus.bundle],
    ['requests', bus.requestType],
    ['responses', bus.responseType],
    ['handler', bus.handler < 0 ? null : service(report.handlers, bus.handler, 'handlerClass')],
    ['filters', bus.filters.map((id) => service(report.filters, id, 'filterClass')).join(', ')],
    ['TLS', bus.tls ? 'yes' : 'no'],
    ['certificate', bus.certificateSubject],
    ['certificate expires', bus.certificateExpires > 0 ? expiry(bus, now) : null, bus.certificateExpires > 0
      && bus.certificateExpires - now < 14 * DAY_MILLIS],
  ];
}

function service(services, id, classField) {
  const found = services.find((each) => each.serviceId === id);
  return found === undefined ? 'service ' + id : simpleName(found[classField]) + ' of ' + found.bundle + ' (service ' + id + ')';
}

/** When the certificate of a bus expires, and in how many days. */
export function expiry(bus, now) {
  const left = bus.certificateExpires - now;
  return left < 0
    ? moment(bus.certificateExpires, now) + ', expired'
    : day(bus.certificateExpires) + ', in ' + (left < DAY_MILLIS ? duration(left) : plural(Math.floor(left / DAY_MILLIS), 'day'));
}
