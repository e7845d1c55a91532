// Makes and changes elements. All text goes in as text: nothing here, or in the other scripts, reads markup.

const rows = new WeakMap();

/** Creates an element with these attributes; children are elements or texts. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

export const byId = (id) => document.getElementById('sb-' + id);

/** Changes a text only if it is another one, so that what the user has selected stays selected. */
export function setText(target, text) {
  if (target.textContent !== text) {
    target.textContent = text;
  }
}

export function setAttribute(target, name, value) {
  if (value === null) {
    target.removeAttribute(name);
  } else if (target.getAttribute(name) !== value) {
    target.setAttribute(name, value);
  }
}

/**
 * Makes a parent have one child for each item, in order. An item with the key of a child keeps it, with the focus and whatever
 * is open in it. `create` returns {root, update(item)}.
 */
export function sync(parent, items, keyOf, create) {
  const before = rows.get(parent) ?? new Map();
  const now = new Map();
  let place = parent.firstElementChild;
  while (place !== null && place.tagName === 'THEAD') {
    place = place.nextElementSibling;
  }
  for (const item of items) {
    let key = keyOf(item);
    while (now.has(key)) {
      key += '+';
    }
    const row = before.get(key) ?? create(item);
    before.delete(key);
    now.set(key, row);
    row.update(item);
    if (row.root === place) {
      place = place.nextElementSibling;
    } else {
      parent.insertBefore(row.root, place);
    }
  }
  for (const row of before.values()) {
    row.root.remove();
  }
  rows.set(parent, now);
}

/** A cell of a table; its label stands before it on a narrow screen, where there is no head. */
export function cell(label, className = '', tag = 'td') {
  const made = element(tag, { role: tag === 'th' ? 'rowheader' : 'cell', 'data-label': label });
  if (tag === 'th') {
    made.setAttribute('scope', 'row');
  }
  if (className !== '') {
    made.className = className;
  }
  return made;
}

/** Creates rows of plain texts; `columns` are [label, className, text of an item]. */
export function textRows(columns) {
  return () => {
    const cells = columns.map(([label, className]) => cell(label, className));
    return {
      root: element('tr', { role: 'row' }, ...cells),
      update: (item) => columns.forEach(([, , text], i) => setText(cells[i], text(item))),
    };
  };
}
