import type { JsonObject } from '@switchyard/contracts';
import type { Effect } from '../tools/tool.js';

/** Where a parameter stands in a request (OpenAPI 3.1, Parameter Object, `in`). */
export const PLACES = ['path', 'query', 'header', 'cookie'] as const;

export type Place = (typeof PLACES)[number];

/** How a value that is no scalar is written (OpenAPI 3.1, Style Values). */
export const STYLES = ['simple', 'label', 'matrix', 'form', 'spaceDelimited', 'pipeDelimited', 'deepObject'] as const;

export type Style = (typeof STYLES)[number];

export interface Writing {
  style: Style;
  explode: boolean;
  /** Characters that have a meaning in addresses stay as they are. */
  allowReserved: boolean;
}

export interface Parameter extends Writing {
  /** Of the tool. Names of different places may be the same; arguments are not. */
  argument: string;
  /** In the request. */
  name: string;
  place: Place;
  /** It is described by a media type: its value is written as JSON. */
  json: boolean;
}

export type BodyForm = 'json' | 'form' | 'multipart' | 'text' | 'binary';

/** How one property of a form is written (OpenAPI 3.1, Encoding Object). */
export interface PropertyEncoding {
  contentType?: string;
  /** Absent: as JSON where it is no scalar. */
  writing?: Writing;
}

export interface RequestBody {
  argument: string;
  form: BodyForm;
  mediaType: string;
  encoding: Record<string, PropertyEncoding>;
  /** Properties of a multipart body that are files. */
  files: string[];
}

/** A security scheme of the document, as far as it can be met (OpenAPI 3.1, Security Scheme Object). */
export type SecurityScheme =
  | { kind: 'apiKey'; place: 'header' | 'query' | 'cookie'; name: string }
  | { kind: 'basic' }
  | { kind: 'bearer' }
  | { kind: 'oauth2'; tokenUrl?: string };

export interface SecurityNeed {
  /** By its name in the document. */
  scheme: string;
  scopes: string[];
}

/** One operation of a document, as a tool and as a request. Plain data: it crosses threads. */
export interface Operation {
  /** Its operationId; else from its method and path. */
  name: string;
  /** Upper case. */
  method: string;
  /** With `{name}` for each parameter of the path. */
  path: string;
  tags: string[];
  description: string;
  inputSchema: JsonObject;
  effect: Effect;
  /** Where it goes, without a slash at the end. */
  baseUrl: string;
  parameters: Parameter[];
  body?: RequestBody;
  /** Of the alternatives the first for which there are credentials. */
  security: SecurityNeed[];
  /** Why it cannot be called. */
  fault?: string;
}

/** A document, read. */
export interface ReadDocument {
  title: string;
  operations: Operation[];
  schemes: Record<string, SecurityScheme>;
  /** What the definition asks for and the document does not have. */
  unmet: string[];
  /** Where the document breaks the specification. */
  oddities: string[];
}
