import type { CallToolResult, ContentBlock, EmbeddedResource } from '@modelcontextprotocol/client';
import type { JsonObject } from '@switchyard/contracts';
import type { ToolOutput, ToolPart } from '../tools/tool.js';

/** What models that see images take. */
const IMAGE = /^image\/(?:png|jpeg|gif|webp)$/;

/** What an MCP server answered, in canonical parts: text and images as they are, the rest as text that says what it is. */
export function outputOf(result: CallToolResult): ToolOutput {
  const content = result.content.map(partOf);
  // A server may answer in structure alone.
  if (content.length === 0 && result.structuredContent !== undefined) {
    content.push({ type: 'text', text: JSON.stringify(result.structuredContent) });
  }
  const { structuredContent } = result;
  return {
    content,
    isError: result.isError === true,
    // Parsed JSON, whatever its type says.
    ...(structuredContent === undefined ? {} : { structured: structuredContent as JsonObject }),
  };
}

function partOf(block: ContentBlock): ToolPart {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text };
    case 'image':
      return { type: 'image', mediaType: block.mimeType, data: block.data };
    case 'audio':
      return { type: 'text', text: `[Audio ${block.mimeType}, ${block.data.length} bytes in base64: not shown.]` };
    case 'resource_link':
      return { type: 'text', text: `[Resource ${block.name}${kindOf(block.mimeType)}: ${block.uri}]` };
    case 'resource':
      return resourceOf(block.resource);
  }
}

/** A text as it is, an image as one; of anything else what it is. */
export function resourceOf(resource: EmbeddedResource['resource']): ToolPart {
  if ('text' in resource) return { type: 'text', text: resource.text };
  const { blob, mimeType = '', uri } = resource;
  if (IMAGE.test(mimeType)) return { type: 'image', mediaType: mimeType, data: blob };
  return { type: 'text', text: `[Resource ${uri}${kindOf(mimeType)}, ${blob.length} bytes in base64: not shown.]` };
}

function kindOf(mimeType: string | undefined): string {
  return mimeType ? ` (${mimeType})` : '';
}
