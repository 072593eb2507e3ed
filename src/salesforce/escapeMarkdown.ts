/** Text into Markdown: names come from servers. */

/** `text` as text of one line, also within a table. Addresses stay text as well, though editors make links of them. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>()#+!|~&]|(?<=\/)\/|(?<=www)\./gi, '\\$&').replace(/\s+/g, ' ');
}
