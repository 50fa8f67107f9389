import type { JsonObject, JsonValue } from '@switchyard/contracts';
import type { SecurityNeed, SecurityScheme } from '../operation.js';
import { DocumentFault } from './document-fault.js';
import { isObject, listOf, objectOf, safeEntries, textOf } from './json.js';
import type { LocalReferences } from './local-references.js';

/** The security schemes of a document that can be met at all. */
export function readSchemes(document: JsonObject, references: LocalReferences): Record<string, SecurityScheme> {
  const given = safeEntries(objectOf(document['components'])['securitySchemes']);
  return Object.fromEntries(
    given.flatMap(([name, value]) => {
      const scheme = schemeOf(followed(value, references));
      return scheme ? [[name, scheme]] : [];
    }),
  );
}

/** A scheme that refers to nothing is one that cannot be met; no operation but those that need it is the worse for it. */
function followed(value: JsonValue, references: LocalReferences): JsonObject {
  try {
    return references.follow(value);
  } catch (error) {
    if (error instanceof DocumentFault) return {};
    throw error;
  }
}

function schemeOf(scheme: JsonObject): SecurityScheme | undefined {
  switch (scheme['type']) {
    case 'apiKey': {
      const place = (['header', 'query', 'cookie'] as const).find((each) => each === scheme['in']);
      const name = textOf(scheme['name']);
      return place && name !== '' ? { kind: 'apiKey', place, name } : undefined;
    }
    case 'http': {
      const kind = textOf(scheme['scheme']).toLowerCase();
      return kind === 'basic' || kind === 'bearer' ? { kind } : undefined;
    }
    case 'oauth2': {
      const tokenUrl = textOf(objectOf(objectOf(scheme['flows'])['clientCredentials'])['tokenUrl']);
      return { kind: 'oauth2', ...(tokenUrl === '' ? {} : { tokenUrl }) };
    }
    // A token that somebody had from the provider is a bearer like any other.
    case 'openIdConnect':
      return { kind: 'oauth2' };
    default:
      return undefined;
  }
}

/**
 * Of the alternatives that an operation lets callers choose from, the first for which there are credentials. An empty one, which
 * allows everybody, is taken where there is no other.
 *
 * @param given of the operation, or of the document where it has none (OpenAPI 3.1, Security Requirement Object)
 * @throws DocumentFault where there are credentials for none
 */
export function chooseSecurity(
  given: JsonValue | undefined,
  schemes: Readonly<Record<string, SecurityScheme>>,
  credentials: ReadonlySet<string>,
  /** The operator sees to it by headers of his own. */
  otherwise: boolean,
): SecurityNeed[] {
  const alternatives = listOf(given).filter(isObject).map(needsOf);
  if (alternatives.length === 0) return [];
  const met = alternatives.filter((needs) =>
    needs.every(({ scheme }) => Object.hasOwn(schemes, scheme) && credentials.has(scheme)),
  );
  const chosen = met.find((needs) => needs.length > 0) ?? met[0];
  if (chosen) return chosen;
  if (otherwise) return [];
  const wanted = alternatives.map((needs) => needs.map(({ scheme }) => scheme).join(' with ')).join(' or ');
  const known = alternatives.some((needs) => needs.every(({ scheme }) => Object.hasOwn(schemes, scheme)));
  throw new DocumentFault(
    known
      ? `it needs credentials for ${wanted.slice(0, 200)}; name their environment variable under "auth"`
      : `it is secured by ${wanted.slice(0, 200)}, which is of a kind that is not supported`,
  );
}

function needsOf(requirement: JsonObject): SecurityNeed[] {
  return safeEntries(requirement).map(([scheme, scopes]) => ({
    scheme,
    scopes: listOf(scopes)
      .map(textOf)
      .filter((scope) => scope !== ''),
  }));
}
