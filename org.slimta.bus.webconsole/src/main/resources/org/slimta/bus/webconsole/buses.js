// The table of buses: one body for each, with a row of figures and a row of details that opens.

import { cell, element, setAttribute, setText, sync } from './elements.js';
import { Chart, History } from './charts.js';
import { Details } from './details.js';
import { count, duration, latency, rate } from './text.js';

const COLUMNS = 8;
const histories = new Map();

export const busKey = (bus) => [bus.kind, bus.name, bus.pid ?? bus.bundle ?? ''].join('\n');

/** The reading of each bus goes into its history; the histories of buses that are gone are forgotten. */
export function remember(buses, now) {
  const gone = new Set(histories.keys());
  for (const bus of buses) {
    const key = busKey(bus);
    gone.delete(key);
    if (!histories.has(key)) {
      histories.set(key, new History());
    }
    histories.get(key).add(bus, now);
  }
  gone.forEach((key) => histories.delete(key));
}

/** A number with its unit, a second line below it, and a chart beside them. */
class Figure {
  cell;
  #value = element('span', { class: 'sb-value' });
  #second = element('span', { class: 'sb-second' });
  #chart;

  constructor(label, chart = null) {
    this.cell = cell(label, 'sb-number');
    this.#chart = chart;
    this.cell.append(element('span', { class: 'sb-figure' }, this.#value, this.#second));
    if (chart !== null) {
      this.cell.prepend(chart.root);
    }
  }

  show(value, second, history) {
    setText(this.#value, value);
    setText(this.#second, second);
    this.#chart?.draw(history);
  }
}

class BusRow {
  root = element('tbody', { role: 'rowgroup' });
  #button = element('button', { type: 'button', class: 'sb-disclose', 'aria-expanded': 'false' });
  #what = element('span', { class: 'sb-second' });
  #state = element('span', { class: 'sb-state' });
  #stateSecond = element('span', { class: 'sb-second' });
  #rate = new Figure('Rate', new Chart([(point) => point.rate]));
  #failed = new Figure('Failed', new Chart([(point) => point.failedRate]));
  #inFlight = new Figure('In flight', new Chart([(point) => point.inFlight]));
  #queue = new Figure('Queue', new Chart([(point) => point.queued]));
  #latency = new Figure('Latency', new Chart([(point) => point.latency50, (point) => point.latency99], 100));
  #peers = new Figure('Peers');
  #row;
  #detailRow = null;
  #details = null;
  #latest = null;

  constructor() {
    const name = cell('Bus', 'sb-name', 'th');
    name.append(this.#button, this.#what);
    const state = cell('State');
    state.append(this.#state, this.#stateSecond);
    const figures = [this.#rate, this.#failed, this.#inFlight, this.#queue, this.#latency, this.#peers];
    this.#row = element('tr', { role: 'row' }, name, state, ...figures.map((figure) => figure.cell));
    this.root.append(this.#row);
    this.#button.addEventListener('click', () => this.#toggle());
  }

  #toggle() {
    const open = this.#button.getAttribute('aria-expanded') === 'true';
    this.#button.setAttribute('aria-expanded', String(!open));
    if (this.#detailRow === null) {
      this.#details = new Details();
      const wide = element('td', { role: 'cell', colspan: String(COLUMNS) }, this.#details.root);
      this.#detailRow = element('tr', { role: 'row', class: 'sb-details' }, wide);
      this.root.append(this.#detailRow);
    }
    this.#detailRow.hidden = open;
    this.#showDetails();
  }

  update(latest) {
    this.#latest = latest;
    const { bus, now } = latest;
    const history = histories.get(busKey(bus));
    const point = history.last;
    setText(this.#button, bus.name);
    setText(this.#what, bus.kind + (bus.address === null ? '' : ' ' + bus.address) + (bus.tls ? ', TLS' : ''));
    setText(this.#state, bus.failingSince > 0 ? 'failing' : bus.state);
    setAttribute(this.#state, 'data-state', bus.failingSince > 0 || bus.problem !== null ? 'bad' : bus.state);
    setText(this.#stateSecond, stateDetail(bus, now));
    const failedLately = Object.values(bus.recent.failed).reduce((sum, value) => sum + value, 0);
    const average = 'mean ' + rate(bus.recent.answeredPerSecond) + '/s';
    this.#rate.show(point.rate === null ? rate(bus.recent.answeredPerSecond) + '/s' : rate(point.rate) + '/s', average, history);
    this.#failed.show(count(failedLately), 'in 1 min', history);
    this.#failed.cell.classList.toggle('sb-alarm', failedLately > 0);
    const oldest = bus.oldestInFlight < 0 ? '' : 'oldest ' + latency(1000 * bus.oldestInFlight);
    this.#inFlight.show(count(bus.inFlight), oldest, history);
    this.#queue.show(count(bus.queued), bus.queueSize > 0 ? 'of ' + count(bus.queueSize) : '', history);
    this.#latency.show(latency(bus.recent.latency50), 'p99 ' + latency(bus.recent.latency99), history);
    this.#peers.show(count(bus.peers), notRead(bus), history);
    this.#showDetails();
  }

  #showDetails() {
    if (this.#detailRow !== null && !this.#detailRow.hidden) {
      this.#details.update(this.#latest, histories.get(busKey(this.#latest.bus)));
    }
  }
}

function stateDetail(bus, now) {
  if (bus.failingSince > 0) {
    return 'for ' + duration(now - bus.failingSince);
  }
  if (bus.problem !== null) {
    return 'not as configured';
  }
  return bus.opened > 0 && bus.state === 'ready' ? 'for ' + duration(now - bus.opened) : '';
}

function notRead(bus) {
  const waiting = Object.values(bus.notRead).reduce((most, value) => Math.max(most, value), 0);
  return waiting === 0 ? '' : count(waiting) + ' not read';
}

export function showBuses(table, report, now) {
  const items = report.buses.map((bus) => ({ bus, report, now }));
  sync(table, items, (item) => busKey(item.bus), () => new BusRow());
}
