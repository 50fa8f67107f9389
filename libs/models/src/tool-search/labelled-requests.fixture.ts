import { readFileSync } from 'node:fs';
import type { SearchableTool } from './tool-search.js';

const FOLDER = new URL('../../fixtures/tool-search/', import.meta.url);

/** What somebody asks for, and the tools of which any is what is meant. */
export interface LabelledRequest {
  request: string;
  meant: string[];
}

/** Tools as servers and APIs name them, one a line: `name|parameter, parameter|description`. */
export function realisticTools(): SearchableTool[] {
  return linesOf('tools.txt').map((line) => {
    const [name = '', parameters = '', description = ''] = line.split('|');
    const names = parameters.split(', ').filter((parameter) => parameter !== '');
    const properties = Object.fromEntries(names.map((parameter) => [parameter, { type: 'string' }]));
    return { name, description, parameters: { type: 'object', properties } };
  });
}

/** Requests in the words of users, one a line: `request => tool, tool`. */
export function labelledRequests(): LabelledRequest[] {
  return linesOf('requests.txt').map((line) => {
    const [request = '', meant = ''] = line.split(' => ');
    return { request, meant: meant.split(', ') };
  });
}

function linesOf(file: string): string[] {
  return readFileSync(new URL(file, FOLDER), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}
