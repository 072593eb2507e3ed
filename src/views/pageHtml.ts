/** The frame around the markup of a page: one script by nonce, styles from the extension alone. */
import { htmlLanguage } from '../oauth/language.ts';
import { escapeXml as escape } from '../salesforce/escapeXml.ts';

/** Where a page's parts are loaded from. */
export interface PageResources {
  readonly styleUris: readonly string[];
  readonly scriptUri: string;
  readonly cspSource: string;
  /** For the one script of the page. */
  readonly nonce: string;
}

/** What a page shows. */
export interface PageContent {
  readonly title: string;
  /** Markup, with every value in it escaped, by the id of the element that holds it. */
  readonly parts: ReadonlyMap<string, string>;
}

/** The page as a whole. */
export function pageHtml(
  { styleUris, scriptUri, cspSource, nonce }: PageResources,
  { title, parts }: PageContent,
): string {
  const csp = `default-src 'none'; style-src ${cspSource}; script-src 'nonce-${nonce}'`;
  const main = [...parts].map(([id, html]) => `<div id="${escape(id)}">\n${html}\n</div>`);
  return `<!DOCTYPE html>
<html ${htmlLanguage()}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escape(csp)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
${styleUris.map((uri) => `<link rel="stylesheet" href="${escape(uri)}">`).join('\n')}
<title>${escape(title)}</title>
</head>
<body>
<main>
${main.join('\n')}
</main>
<div id="announcement" role="status" class="spoken"></div>
<script nonce="${escape(nonce)}" src="${escape(scriptUri)}"></script>
</body>
</html>`;
}

/**
 * The parts that differ: what is put into a page that is shown, so that the rest of it stays as it is.
 * @returns undefined if the page has other parts than before, so that it has to be made as a whole
 */
export function changedParts(
  before: PageContent,
  after: PageContent,
): Readonly<Record<string, string>> | undefined {
  const ids = [...after.parts.keys()];
  if (ids.join('\n') !== [...before.parts.keys()].join('\n')) return undefined;
  return Object.fromEntries([...after.parts].filter(([id, html]) => before.parts.get(id) !== html));
}
