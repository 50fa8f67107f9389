import { describe, expect, it } from '@jest/globals';
import { outputOf } from './mcp-content.js';

const partsOf = (...content: Parameters<typeof outputOf>[0]['content']) => outputOf({ content }).content;

describe('what an MCP server answers', () => {
  it('stays text or an image where it is one, a resource that is one included', () => {
    const png = { mimeType: 'image/png', blob: 'AAAA', uri: 'file:///dot.png' };
    expect(
      partsOf(
        { type: 'text', text: 'one' },
        { type: 'image', mimeType: 'image/png', data: 'AAAA' },
        { type: 'resource', resource: { uri: 'file:///notes.md', text: '# Notes' } },
        { type: 'resource', resource: png },
      ),
    ).toEqual([
      { type: 'text', text: 'one' },
      { type: 'image', mediaType: 'image/png', data: 'AAAA' },
      { type: 'text', text: '# Notes' },
      { type: 'image', mediaType: 'image/png', data: 'AAAA' },
    ]);
  });

  it('is told by what it is where no model could take it', () => {
    expect(
      partsOf(
        { type: 'audio', mimeType: 'audio/wav', data: 'AAAA' },
        { type: 'resource_link', uri: 'file:///a.pdf', name: 'A', mimeType: 'application/pdf' },
        { type: 'resource', resource: { uri: 'file:///b.zip', mimeType: 'application/zip', blob: 'AAAA' } },
        { type: 'resource', resource: { uri: 'file:///c.svg', mimeType: 'image/svg+xml', blob: 'AAAA' } },
      ),
    ).toEqual([
      { type: 'text', text: '[Audio audio/wav, 4 bytes in base64: not shown.]' },
      { type: 'text', text: '[Resource A (application/pdf): file:///a.pdf]' },
      { type: 'text', text: '[Resource file:///b.zip (application/zip), 4 bytes in base64: not shown.]' },
      { type: 'text', text: '[Resource file:///c.svg (image/svg+xml), 4 bytes in base64: not shown.]' },
    ]);
  });

  it('is its structure where it has no other content, and a failure where it says so', () => {
    expect(outputOf({ content: [], structuredContent: { a: 1 }, isError: true })).toEqual({
      content: [{ type: 'text', text: '{"a":1}' }],
      structured: { a: 1 },
      isError: true,
    });
  });
});
