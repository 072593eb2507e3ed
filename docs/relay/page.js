// The page itself: reads the address, and sends the browser on or says why not.
import { EDITORS, targetOf } from './relay.js';

const target = targetOf(location.search, [location.origin, ...EDITORS]);
const text = document.querySelector('p');
if (target === undefined) {
  text.textContent =
    'This address does not say which editor to go back to, or names one that this page does not serve. Start the sign-in again in the editor.';
} else {
  // A browser may want a click before it opens another program.
  const link = document.createElement('a');
  link.href = target;
  link.textContent = 'Go back to the editor';
  text.replaceChildren(link);
  location.replace(target);
}
