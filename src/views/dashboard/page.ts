/** The script of the dashboard: filter, and what is clicked. Runs in the webview. */
import { announce, ask, keepOwnState, ownState, startPage } from '../pageScript.ts';

interface Filter {
  readonly text: string;
  readonly severity: string;
  readonly org: string;
}

const textInput = (): HTMLInputElement | null => document.querySelector('#text');
const severitySelect = (): HTMLSelectElement | null => document.querySelector('#severity');
const orgSelect = (): HTMLSelectElement | null => document.querySelector('#org');

function apply(): void {
  const filter: Filter = {
    text: textInput()?.value ?? '',
    severity: severitySelect()?.value ?? '',
    org: orgSelect()?.value ?? '',
  };
  keepOwnState(filter);
  const words = filter.text.trim().toLowerCase();
  let count = 0;
  let isCut = false;
  for (const part of document.querySelectorAll<HTMLElement>('[data-org]')) {
    part.hidden = filter.org !== '' && part.dataset.org !== filter.org;
  }
  for (const org of document.querySelectorAll<HTMLElement>('.org')) {
    let shown = 0;
    for (const row of org.querySelectorAll<HTMLElement>('tr[data-severity]')) {
      const passes =
        (filter.severity === '' || row.dataset.severity === filter.severity) &&
        (words === '' || row.textContent.toLowerCase().includes(words));
      row.hidden = !passes;
      if (passes) shown += 1;
    }
    const none = org.querySelector<HTMLElement>('.none');
    if (none) none.hidden = shown > 0;
    if (org.hidden) continue;
    count += shown;
    isCut ||= org.querySelector('.cut') !== null;
  }
  const texts = document.querySelector('form')?.dataset;
  announce((isCut ? texts?.cut : texts?.shown)?.replace('{0}', String(count)) ?? '');
}

/** Fills in the filter as it was, and applies it to what is new. */
function filterAgain(): void {
  const kept = ownState() as Filter | undefined;
  if (!kept) return;
  const [text, severity, org] = [textInput(), severitySelect(), orgSelect()];
  if (text && text.value !== kept.text) text.value = kept.text;
  if (severity) severity.value = kept.severity;
  // An org that has signed out meanwhile is not among the choices: then all are shown.
  if (org && [...org.options].some(({ value }) => value === kept.org)) org.value = kept.org;
  apply();
}

document.addEventListener('submit', (event) => event.preventDefault());
document.addEventListener('input', apply);
document.addEventListener('click', ({ target }) => {
  const button = target instanceof Element ? target.closest('button') : null;
  if (!button) return;
  const org = button.closest<HTMLElement>('[data-org]')?.dataset.org;
  const { app, do: action } = button.dataset;
  if (app !== undefined) ask({ do: 'showApp', org, app });
  else if (action !== undefined) ask({ do: action, org });
});
// The editor scrolls to what a link leads to; the keyboard goes there too.
document.addEventListener('click', ({ target }) => {
  const link = target instanceof Element ? target.closest('a') : null;
  if (!link) return;
  const part = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  part?.querySelector('h2')?.focus();
});
startPage(filterAgain);
