/** Makes text from elsewhere fit to be shown or logged: no secrets, no control characters, bounded. */

const MAX_LENGTH = 300;
/** More of a text is not looked at: it makes no 300 characters that anybody could read. */
const MAX_LOOKED_AT = 4000;

/**
 * Shapes of Salesforce's secrets (SALESFORCE.md 1.6): opaque and JWT access tokens, refresh tokens,
 * authorization codes; and `name=value` pairs whose name says that the value is secret.
 */
const SECRET_SHAPES: readonly (readonly [RegExp, string])[] = [
  [/\b00D\w{12,15}(?:!|%21)[\w.%]+/g, '***'],
  // From the start of a word, that a dot must follow: tried again at each of its parts, a long one takes minutes.
  [/(?<![\w-])(?=[\w-]*\.)([\w-]*?-)?eyJ[\w-]+\.[\w-]*\.?[\w-]*/g, '$1***'],
  [/\b5Aep\w[\w.-]+/g, '***'],
  [/\baPrx[\w.%=-]+/g, '***'],
  [
    /\b(code|code_verifier|access_token|refresh_token|id_token|client_secret|assertion|password|state|sid|signature)(["']?\s*[=:]\s*["']?)[^&\s"'<]+/gi,
    '$1$2***',
  ],
];

/** `text` without anything that looks like a secret. For the log and for error details. */
export function redact(text: string): string {
  return SECRET_SHAPES.reduce((result, [shape, mask]) => result.replace(shape, mask), text);
}

/** A name from elsewhere as one line: control characters and marks that turn the direction become blanks. */
export function plainLine(name: string): string {
  return name.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, ' ');
}

/** A name to show, and nothing else: what an editor's lists would draw as an icon of theirs, `$(pass)`, is text, too. */
export function shownName(name: string): string {
  return withoutIcons(plainLine(name));
}

function withoutIcons(text: string): string {
  return text.replaceAll('$(', '$ (');
}

/** A text for a terminal: its lines as they are, without characters that a terminal takes for orders. */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\t\n\r]/gu, ' ');
}

/**
 * A server's words as one short line of plain text: control characters and direction marks removed,
 * secrets masked, icons of editors broken, 300 characters at most. It is never rendered as markup.
 */
export function serverWords(text: string): string {
  const line = text
    .slice(0, MAX_LOOKED_AT)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  const safe = withoutIcons(redact(line));
  return safe.length > MAX_LENGTH ? `${safe.slice(0, MAX_LENGTH)}…` : safe;
}
