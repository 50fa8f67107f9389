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

/** Requests in the words of users, which the synonyms were chosen with. */
export function labelledRequests(): LabelledRequest[] {
  return requestsOf('requests.txt');
}

/** The same, written when the synonyms were there: what is found of these is what users may expect. Choose nothing by them. */
export function heldOutRequests(): LabelledRequest[] {
  return requestsOf('held-out.txt');
}

/** One a line: `request => tool, tool`. */
function requestsOf(file: string): LabelledRequest[] {
  return linesOf(file).map((line) => {
    const [request = '', meant = ''] = line.split(' => ');
    return { request, meant: meant.split(', ') };
  });
}

function linesOf(file: string): string[] {
  return readFileSync(new URL(file, FOLDER), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}
