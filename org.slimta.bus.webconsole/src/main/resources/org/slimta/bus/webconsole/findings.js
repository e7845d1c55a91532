// What somebody should look at, from the report: nothing else is coloured on the page.

import { element, setAttribute, setText, sync } from './elements.js';
import { bytes, count, duration, plural } from './text.js';
import { expiry } from './details.js';

const MOST = 30;
const FULL = 0.8;
const EXPIRY_MILLIS = 14 * 86_400_000;

/** The findings, [severity, what, text], the severe ones first. */
function findings(report, now) {
  const found = [];
  for (const bus of report.buses) {
    found.push(...ofBus(bus, now).map(([severity, text]) => [severity, bus.kind + ' ' + bus.name, text]));
  }
  const told = new Set(report.buses.filter((bus) => bus.problem !== null).map((bus) => bus.pid));
  for (const each of report.rejected.filter((rejected) => !told.has(rejected.id))) {
    const configured = each.kind === 'configuration';
    const what = configured && each.busName !== null ? (each.busKind ?? 'bus') + ' ' + each.busName : each.kind + ' ' + each.id;
    found.push([configured ? 'bad' : 'warn', what, 'rejected: ' + each.reason]);
  }
  return found.sort(([one], [other]) => (one === other ? 0 : one === 'bad' ? -1 : 1));
}

function ofBus(bus, now) {
  const found = [];
  if (bus.failingSince > 0) {
    const failure = bus.lastFailure;
    const why = failure === null ? '' : ': ' + failure.reason + ', ' + failure.message;
    const all = bus.recent.answered === 0;
    found.push([all ? 'bad' : 'warn', (all ? 'its transactions' : 'some of its transactions') + ' have been failing for '
      + duration(now - bus.failingSince) + why]);
  }
  if (bus.problem !== null) {
    found.push(['bad', 'not as configured: ' + bus.problem]);
  }
  if (bus.state === 'waiting') {
    const notOpen = bus.opened === 0;
    found.push([notOpen ? 'bad' : 'warn', (notOpen ? 'is not open: ' : 'is waiting: ') + (bus.waitingFor ?? 'it does not say why')]);
  }
  if (bus.certificateExpires > 0 && bus.certificateExpires - now < EXPIRY_MILLIS) {
    const expired = bus.certificateExpires < now;
    found.push([expired ? 'bad' : 'warn', 'its certificate ' + (expired ? 'expired on ' : 'expires on ') + expiry(bus, now)]);
  }
  if (bus.queueSize > 0 && bus.queued >= FULL * bus.queueSize) {
    found.push(['warn', 'its queue is ' + (bus.queued >= bus.queueSize ? 'full: ' : 'almost full: ') + count(bus.queued) + ' of ' + count(bus.queueSize)]);
  }
  if (bus.memoryLimit > 0 && bus.heldBytes >= FULL * bus.memoryLimit) {
    found.push(['warn', 'its memory is almost used up: ' + bytes(bus.heldBytes) + ' of ' + bytes(bus.memoryLimit)]);
  }
  return found;
}

class Finding {
  root = element('li');
  #what = element('strong');
  #text = element('span');

  constructor() {
    this.root.append(this.#what, ' ', this.#text);
  }

  update([severity, what, text]) {
    setAttribute(this.root, 'data-severity', severity);
    setText(this.#what, what);
    setText(this.#text, text);
  }
}

export function showFindings(part, list, report, now) {
  const found = findings(report, now);
  const shown = found.slice(0, MOST);
  if (found.length > MOST) {
    shown.push(['warn', 'and ' + plural(found.length - MOST, 'other'), '']);
  }
  part.hidden = found.length === 0;
  sync(list, shown, ([, what, text]) => what + '\n' + text.slice(0, 20), () => new Finding());
}
