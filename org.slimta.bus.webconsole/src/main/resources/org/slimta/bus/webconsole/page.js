// Reads the report every two seconds while the page can be seen, and shows it. Nothing is sent but this request.

import { byId, setText } from './elements.js';
import { remember, showBuses } from './buses.js';
import { showFindings } from './findings.js';
import { showTables } from './tables.js';
import { duration, plural, timeOfDay } from './text.js';

const INTERVAL_MILLIS = 2_000;
const TIMEOUT_MILLIS = 10_000;
const REPORT = new URL('buses.json', import.meta.url);

let timer = null;
let reading = false;
let paused = false;
let lastRead = 0;

/** The consoles say nothing of narrow screens: without this a phone shows the page as wide as a desktop's. */
function fitTheScreen() {
  if (document.querySelector('meta[name=viewport]') === null) {
    const meta = document.createElement('meta');
    meta.name = 'viewport';
    meta.content = 'width=device-width, initial-scale=1';
    document.head.append(meta);
  }
}

async function read() {
  const response = await fetch(REPORT, { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MILLIS) });
  if (response.status === 401 || response.status === 403 || response.redirected) {
    throw new Error('the console wants you to log in again: load the page again');
  }
  if (!response.ok) {
    throw new Error('the console answered ' + response.status
      + (response.status === 404 ? ': slimta.bus or its page is stopped' : ''));
  }
  const now = Date.parse(response.headers.get('Date') ?? '') || Date.now();
  return { report: await response.json(), now };
}

function summary({ buses, rejected, version }) {
  const ready = buses.filter((bus) => bus.state === 'ready').length;
  const others = [...new Set(buses.map((bus) => bus.state))].filter((state) => state !== 'ready').sort()
    .map((state) => buses.filter((bus) => bus.state === state).length + ' ' + state);
  const parts = [plural(buses.length, 'bus', 'buses') + ': ' + [ready + ' ready', ...others].join(', ')];
  if (rejected.length > 0) {
    parts.push(rejected.length + ' rejected');
  }
  return [...parts, 'slimta.bus ' + version].join(' \u00b7 ');
}

function show({ report, now }) {
  remember(report.buses, now);
  setText(byId('summary'), summary(report));
  setText(byId('updated'), 'read at ' + timeOfDay(now));
  byId('buses').hidden = report.buses.length === 0;
  byId('no-buses').hidden = report.buses.length > 0;
  showBuses(byId('buses'), report, now);
  showFindings(byId('attention'), byId('findings'), report, now);
  showTables(report);
}

/** Says that the figures are old; a reader of the screen hears it once, as the text changes only with the reason. */
function notice(text) {
  const place = byId('notice');
  place.hidden = text === '';
  setText(place, text);
  document.getElementById('slimta-bus').classList.toggle('sb-old', text !== '');
}

async function turn() {
  timer = null;
  if (paused || document.hidden || reading) {
    return;
  }
  reading = true;
  try {
    show(await read());
    lastRead = Date.now();
    notice('');
  } catch (failure) {
    const reason = failure.name === 'TimeoutError' ? 'it did not answer within ' + duration(TIMEOUT_MILLIS) : failure.message;
    notice('The report cannot be read: ' + reason + '. '
      + (lastRead === 0 ? '' : 'What is shown is of ' + timeOfDay(lastRead) + '. ') + 'The page tries again.');
  } finally {
    reading = false;
    if (!paused && !document.hidden) {
      timer ??= setTimeout(turn, INTERVAL_MILLIS);
    }
  }
}

function turnNow() {
  clearTimeout(timer);
  turn();
}

byId('pause').addEventListener('click', () => {
  paused = !paused;
  byId('pause').setAttribute('aria-pressed', String(paused));
  turnNow();
});
document.addEventListener('visibilitychange', turnNow);
fitTheScreen();
turnNow();
