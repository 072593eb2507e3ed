/** The script of the app details page: its buttons. Runs in the webview. */

declare function acquireVsCodeApi(): { postMessage(message: unknown): void };

const editor = acquireVsCodeApi();

document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('button') : null;
  const action = button?.dataset.do;
  if (action !== undefined) editor.postMessage({ do: action });
  const copy = button?.dataset.copy;
  if (!button || copy === undefined) return;
  editor.postMessage({ copy });
  const words = (button.dataset.words ??= button.textContent);
  button.textContent = button.dataset.copied ?? words;
  const announcement = document.getElementById('announcement');
  if (announcement) announcement.textContent = button.textContent;
  setTimeout(() => {
    button.textContent = words;
    if (announcement) announcement.textContent = '';
  }, 2000);
});

export {};
