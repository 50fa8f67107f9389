import { tokenise } from './tokenise.js';

/** Distinct terms of one query that are looked up. A whole pasted document asks with its first terms only. */
export const MAX_QUERY_TERMS = 128;

/** The distinct terms of a query in the order in which they stand. Empty: the query says nothing to search for. */
export function queryTerms(query: string): string[] {
  return [...new Set(tokenise(query))].slice(0, MAX_QUERY_TERMS);
}
