/** The script of the dashboard: filter, and what is clicked. Runs in the webview. */

interface Filter {
  readonly text: string;
  readonly severity: string;
  readonly org: string;
}

declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): Filter | undefined;
  setState(state: Filter): void;
};

const editor = acquireVsCodeApi();
const form = document.querySelector('form');
const textInput = document.querySelector<HTMLInputElement>('#text');
const severitySelect = document.querySelector<HTMLSelectElement>('#severity');
const orgSelect = document.querySelector<HTMLSelectElement>('#org');

function apply(): void {
  const filter: Filter = {
    text: textInput?.value ?? '',
    severity: severitySelect?.value ?? '',
    org: orgSelect?.value ?? '',
  };
  // A page that is drawn anew keeps it.
  editor.setState(filter);
  const words = filter.text.trim().toLowerCase();
  let count = 0;
  for (const org of document.querySelectorAll<HTMLElement>('.org')) {
    org.hidden = filter.org !== '' && org.dataset.org !== filter.org;
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
    if (!org.hidden) count += shown;
  }
  const announcement = document.getElementById('announcement');
  if (announcement)
    announcement.textContent = (form?.dataset.shown ?? '').replace('{0}', String(count));
}

const kept = editor.getState();
if (kept) {
  if (textInput) textInput.value = kept.text;
  if (severitySelect) severitySelect.value = kept.severity;
  // An org that has signed out meanwhile is not among the choices: then all are shown.
  if (orgSelect && [...orgSelect.options].some(({ value }) => value === kept.org)) {
    orgSelect.value = kept.org;
  }
  apply();
}
form?.addEventListener('submit', (event) => event.preventDefault());
for (const control of [textInput, severitySelect, orgSelect]) {
  control?.addEventListener('input', apply);
}
document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('button') : null;
  if (!button) return;
  const org = button.closest<HTMLElement>('.org')?.dataset.org;
  const { app, do: action } = button.dataset;
  if (app !== undefined) editor.postMessage({ do: 'showApp', org, app });
  else if (action !== undefined) editor.postMessage({ do: action, org });
});

export {};
