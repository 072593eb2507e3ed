/**
 * What the scripts of the pages have in common: new parts are put in, and where the user was is found again. Runs in
 * the webview. Where the page was scrolled to is kept by the editor itself.
 */

/** Where the user is in the page. */
interface Place {
  /** Id of the element that has the keyboard; empty if none has. */
  readonly focus: string;
  /** Of an input. */
  readonly caret?: readonly [start: number, end: number] | undefined;
  /** Ids of the details that are open. */
  readonly open: readonly string[];
}

/** What outlives the page: one that was hidden, or is made anew as a whole, is loaded again. */
interface State {
  readonly place: Place;
  /** The page's own. */
  readonly own: unknown;
}

declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): State | undefined;
  setState(state: State): void;
};

const editor = acquireVsCodeApi();

/** What the page may ask of the extension. */
export interface Wish {
  readonly do?: string;
  readonly org?: string | undefined;
  readonly app?: string;
  readonly copy?: string;
}

export function ask(wish: Wish): void {
  editor.postMessage(wish);
}

/** What the page itself has kept. */
export function ownState(): unknown {
  return editor.getState()?.own;
}

export function keepOwnState(own: unknown): void {
  editor.setState({ place: placeNow(), own });
}

/** Says something to those who do not see the page; what was said last is not said again. */
export function announce(words: string): void {
  const announcement = document.getElementById('announcement');
  if (announcement && announcement.textContent !== words) announcement.textContent = words;
}

/** @param onDrawn is told when there is something new in the page, and once at its beginning */
export function startPage(onDrawn: () => void): void {
  const kept = editor.getState()?.place;
  onDrawn();
  if (kept) {
    reopen(kept);
    focusOn(document.getElementById(kept.focus), kept.caret);
  }
  const keep = (): void => keepOwnState(ownState());
  for (const event of ['focusin', 'selectionchange']) document.addEventListener(event, keep);
  // It does not bubble.
  document.addEventListener('toggle', keep, { capture: true });
  window.addEventListener('message', ({ origin, data }: MessageEvent<unknown>) => {
    // In a browser any page that has this window may send to it.
    if (origin !== window.origin || !hasParts(data)) return;
    const place = placeNow();
    const active = document.activeElement;
    let around: HTMLElement | undefined;
    for (const [id, html] of Object.entries(data.parts)) {
      const part = document.getElementById(id);
      if (!part) continue;
      if (part.contains(active)) around = part;
      part.innerHTML = html;
    }
    onDrawn();
    reopen(place);
    if (!around) return;
    // Where the element itself is gone, its heading has the keyboard: not the top of the page.
    const same = document.getElementById(place.focus);
    focusOn(same ?? around.querySelector<HTMLElement>('[tabindex="-1"]'), place.caret);
  });
  // What was sent before there was anybody to hear it.
  ask({ do: 'loaded' });
}

function hasParts(data: unknown): data is { readonly parts: Readonly<Record<string, string>> } {
  return (
    typeof data === 'object' &&
    data !== null &&
    'parts' in data &&
    typeof data.parts === 'object' &&
    data.parts !== null
  );
}

function placeNow(): Place {
  const active = document.activeElement;
  const open = [...document.querySelectorAll('details[open]')].map(({ id }) => id);
  // A page that is loaded again has the keyboard only when the user comes back to it.
  if (!active || active === document.body) return { focus: '', ...editor.getState()?.place, open };
  const caret: Place['caret'] =
    active instanceof HTMLInputElement
      ? [active.selectionStart ?? 0, active.selectionEnd ?? 0]
      : undefined;
  return { focus: active.id, caret, open };
}

function reopen({ open }: Place): void {
  for (const id of open) document.getElementById(id)?.setAttribute('open', '');
}

function focusOn(element: HTMLElement | null, caret: Place['caret']): void {
  if (!element) return;
  const take = (): void => {
    // Its part may have been drawn anew meanwhile.
    const now = element.isConnected ? element : document.getElementById(element.id);
    now?.focus({ preventScroll: true });
    if (caret && now instanceof HTMLInputElement) now.setSelectionRange(...caret);
  };
  // Never taken away from another part of the editor.
  if (document.hasFocus()) take();
  else window.addEventListener('focus', take, { once: true });
}
