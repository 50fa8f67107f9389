const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** What no XML or HTML text may hold. */
const CONTROL =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
/** Makes text read in another order than it stands. */
const DIRECTION = /[\u202a-\u202e\u2066-\u2069]/g;

/** Text that is safe between tags and in quoted attributes, whoever wrote it: models, tools, users. */
export function escaped(text: string): string {
  return text
    .replace(CONTROL, '\ufffd')
    .replace(DIRECTION, '')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** A table; its cells are HTML. */
export function htmlTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  return `<div class="wide"><table><thead>${line(headings, 'th')}</thead><tbody>${rows.map((row) => line(row, 'td')).join('')}</tbody></table></div>`;
}
