/** Which files of a workspace are looked at. By themselves, so that knowing it loads nothing else. */

/** Metadata source, by the ends of its names. */
export const SOURCE_FILES = [
  '.connectedApp-meta.xml',
  '.ecaGlblOauth-meta.xml',
  'OauthOidc.settings-meta.xml',
] as const;

/** Code, by its endings. */
export const CODE_ENDINGS = [
  'cjs',
  'cls',
  'cpp',
  'cs',
  'dart',
  'ejs',
  'go',
  'html',
  'java',
  'js',
  'jsx',
  'kt',
  'mjs',
  'php',
  'py',
  'rb',
  'rs',
  'sh',
  'swift',
  'ts',
  'tsx',
  'vue',
] as const;

export function isSourceFile(path: string): boolean {
  return SOURCE_FILES.some((end) => path.endsWith(end));
}

export function isCode(path: string): boolean {
  return (CODE_ENDINGS as readonly string[]).includes(path.slice(path.lastIndexOf('.') + 1));
}
