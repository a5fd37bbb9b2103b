/**
 * Sorting, filtering and hints beside the pointer. The page is whole without it: what needs it is hidden until it runs.
 * Plain JavaScript for browsers of the last years; nothing in it comes from the data.
 */
export const SCRIPT = `'use strict';
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const body = document.querySelector('tbody');
const search = document.querySelector('nav input');
const selects = all('select[data-column]');
const output = document.querySelector('.controls output');

function filter() {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const wanted = (element) => words.every((word) => element.dataset.find.includes(word));
  for (const element of all('[data-find]')) element.toggleAttribute('hidden', !wanted(element));
  for (const { dataset, value } of selects) {
    if (value === '') continue;
    for (const row of body.rows) if (row.dataset[dataset.column] !== value) row.hidden = true;
  }
  const shown = [...body.rows].filter((row) => !row.hidden).length;
  const total = body.rows.length + (body.rows.length === 1 ? ' case' : ' cases');
  output.value = shown === body.rows.length ? total : shown + ' of ' + total;
}

function sortBy(column, descending) {
  const numeric = body.closest('table').tHead.rows[0].cells[column].classList.contains('number');
  const keyOf = (row) => {
    const cell = row.cells[column];
    if (!cell || (numeric && cell.textContent === '') || cell.colSpan > 1) return undefined;
    return numeric ? Number(cell.dataset.value ?? cell.textContent) : cell.textContent;
  };
  const compare = (a, b) => (numeric ? a - b : a.localeCompare(b, undefined, { numeric: true }));
  const rows = [...body.rows].map((row) => [keyOf(row), row]);
  rows.sort(([a], [b]) => {
    // What is unknown stays last, whichever way the rest is sorted.
    if (a === undefined || b === undefined) return (a === undefined) - (b === undefined);
    return descending ? compare(b, a) : compare(a, b);
  });
  body.append(...rows.map(([, row]) => row));
}

for (const [column, head] of all('thead th').entries()) {
  const button = document.createElement('button');
  button.type = 'button';
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener('click', () => {
    const descending = head.getAttribute('aria-sort') === 'ascending';
    for (const other of all('thead th')) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
    sortBy(column, descending);
  });
}

const tip = document.createElement('div');
tip.className = 'tip';
tip.hidden = true;
document.body.append(tip);
for (const title of all('.mark title')) {
  // The browser's own hint would come on top, a second later.
  title.parentNode.dataset.tip = title.textContent;
  title.remove();
}
document.addEventListener('pointerover', ({ target, clientX, clientY }) => {
  const mark = target instanceof Element ? target.closest('[data-tip]') : null;
  tip.hidden = mark === null;
  if (mark === null) return;
  tip.textContent = mark.dataset.tip;
  tip.style.left = Math.max(8, Math.min(clientX + 14, innerWidth - tip.offsetWidth - 8)) + 'px';
  tip.style.top = (clientY + tip.offsetHeight + 24 > innerHeight ? clientY - tip.offsetHeight - 12 : clientY + 16) + 'px';
});

for (const control of [search, ...selects]) control.addEventListener('input', filter);
for (const element of all('.controls, nav label')) element.hidden = false;
filter();
`;
