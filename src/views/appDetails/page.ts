/** The script of the app details page: its buttons. Runs in the webview. */
import { announce, ask, startPage } from '../pageScript.ts';

document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('button') : null;
  const action = button?.dataset.do;
  if (action !== undefined) ask({ do: action });
  const copy = button?.dataset.copy;
  if (!button || copy === undefined) return;
  ask({ copy });
  const words = (button.dataset.words ??= button.textContent);
  button.textContent = button.dataset.copied ?? words;
  announce(button.textContent);
  setTimeout(() => {
    button.textContent = words;
    announce('');
  }, 2000);
});
startPage(() => undefined);
