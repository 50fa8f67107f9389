import { describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/contracts';
import { markdownOf } from './markdown.js';

const read = (html: string) => markdownOf(html, 'https://example.com/a/b');

describe('a page as Markdown', () => {
  it('keeps headings, lists, code and links, and leaves out what no reader misses', () => {
    const { title, markdown } = read(
      `<html><head><title>Trains &amp;\n more</title><style>x{}</style></head><body><nav>Menu</nav><h1>Trains</h1>
       <p>See <a href="../c?d=1#e">the <b>table</b></a> and <a href="javascript:alert(1)">this</a>.</p><ul><li>one<li>two</ul>
       <pre><code>a &lt; b</code></pre><script>alert(1)</script><form>Name</form><footer>Imprint</footer><svg><text>x</text></svg></body></html>`,
    );
    expect(title).toBe('Trains & more');
    expect(markdown).toContain('# Trains');
    expect(markdown).toContain('[the **table**](https://example.com/c?d=1#e) and this.');
    expect(markdown).toMatch(/- +one\n- +two/);
    expect(markdown).toContain('```\na < b\n```');
    expect(markdown).not.toMatch(/Menu|alert|Imprint|Name|x\{|javascript/);
  });

  it('gives a table as a table', () => {
    const { markdown } = read(
      '<table><thead><tr><th>What</th><th>How | much</th></tr></thead><tbody><tr><td>Tea<br>green</td><td>3</td></tr></tbody></table>' +
        '<p>then</p><table><tr><td>1</td><td>2</td></tr><tr><td>3</td><td></td></tr></table>',
    );
    expect(markdown).toBe(
      '| What | How \\| much |\n| --- | --- |\n| Tea green | 3 |\n\nthen\n\n| 1 | 2 |\n| --- | --- |\n| 3 |  |',
    );
  });

  it('reads the main part where there is one, and not a small one', () => {
    const long = 'What this is about. '.repeat(20);
    expect(read(`<p>Advert</p><main><p>${long}</p></main><p>More</p>`).markdown).toBe(long.trim());
    expect(read(`<p>${long}</p><article>x</article>`).markdown).toContain(long.trim());
  });

  it.each([
    ['elements without end', '<div>'.repeat(200_000)],
    ['quotes without end', '<blockquote>'.repeat(50_000)],
    ['lists in lists', '<ul><li>'.repeat(20_000)],
    ['a table of nothing but cells', `<table><tr>${'<td>a'.repeat(100_000)}`],
    ['attributes without end', `<a ${'b=c '.repeat(200_000)}>`],
    ['comments that are begun', '<!--'.repeat(200_000)],
    ['links in links', '<a href=x>y'.repeat(50_000)],
    ['unclosed formatting', '<b><i><u>'.repeat(20_000)],
  ])('is read or refused where it is made of %s', (_, html) => {
    const outcome = (() => {
      try {
        return typeof read(html).markdown;
      } catch (error) {
        return error instanceof SwitchyardError ? error.code : String(error);
      }
    })();
    expect(['string', 'tool.unsupported_content']).toContain(outcome);
  });
});
