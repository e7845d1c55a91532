// The tables of services and of what is rejected.

import { byId, setText, sync, textRows } from './elements.js';
import { count, orNone, simpleName } from './text.js';

const serving = (classField) => [
  ['Class', 'sb-code', (each) => simpleName(each[classField])],
  ['Bundle', 'sb-code', (each) => each.bundle],
  ['Serves', '', (each) => orNone(each.buses.join(', '))],
  ['Target', 'sb-code', (each) => each.target],
  ['Rank', 'sb-number', (each) => String(each.ranking)],
  ['Service', 'sb-number', (each) => String(each.serviceId)],
];

/** The columns of each table, by the field of the report. */
const TABLES = {
  rejected: [
    ['Kind', '', (each) => each.kind],
    ['Bus', '', (each) => orNone([each.busKind, each.busName].filter((text) => text !== null).join(' '))],
    ['PID or service', 'sb-code', (each) => (each.bundle === null ? each.id : each.id + ' of ' + each.bundle)],
    ['Why it is not used', 'sb-reason', (each) => each.reason],
  ],
  handlers: serving('handlerClass'),
  filters: serving('filterClass'),
  codecs: [
    ['Type', 'sb-code', (each) => orNone(each.type)],
    ['Objects', 'sb-code', (each) => simpleName(each.objectClass)],
    ['Codec', 'sb-code', (each) => simpleName(each.codecClass)],
    ['Bundle', 'sb-code', (each) => each.bundle],
    ['Used', '', (each) => (each.serves ? 'yes' : 'no, another one has a higher rank')],
    ['Rank', 'sb-number', (each) => String(each.ranking)],
    ['Service', 'sb-number', (each) => String(each.serviceId)],
  ],
};

export function showTables(report) {
  for (const [name, columns] of Object.entries(TABLES)) {
    const items = report[name];
    const table = byId(name);
    table.hidden = items.length === 0;
    byId('no-' + name).hidden = items.length > 0;
    setText(byId(name + '-count'), count(items.length));
    sync(table.tBodies[0], items, (each) => each.kind + '\n' + (each.serviceId ?? each.id), textRows(columns));
  }
}
