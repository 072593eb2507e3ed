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

/** @param main markup, with every value in it escaped */
export function pageHtml(
  { styleUris, scriptUri, cspSource, nonce }: PageResources,
  title: string,
  main: string,
): string {
  const csp = `default-src 'none'; style-src ${cspSource}; script-src 'nonce-${nonce}'`;
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
${main}
</main>
<div id="announcement" role="status" class="spoken"></div>
<script nonce="${escape(nonce)}" src="${escape(scriptUri)}"></script>
</body>
</html>`;
}
