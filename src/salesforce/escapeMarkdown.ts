/** Text into Markdown: names come from servers. */

/** `text` as text of one line, also within a table. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>()#+!|~&]/g, '\\$&').replace(/\s+/g, ' ');
}
