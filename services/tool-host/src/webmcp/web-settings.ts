import type { ToolServer } from '@switchyard/contracts';
import { invalidServer } from '../servers/server-failure.js';
import { privateByName } from './private-by-name.js';

const MAX_PAGES = 8;
const MAX_ORIGINS = 64;
const MAX_URL_LENGTH = 2_048;
const DEFAULT_IDLE_SECONDS = 300;
const MAX_IDLE_SECONDS = 86_400;
const PROFILES = ['kept', 'fresh'] as const;
const ASK_FIRST = ['consequential', 'irreversible', 'none'] as const;
/** host:port, the host as an address or a name; an IPv6 address in brackets. */
const HOST_AND_PORT = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+):\d{1,5}$/;

/** What becomes of cookies and storage when the pages of a tenant are closed. */
export type ProfileKeeping = (typeof PROFILES)[number];
/** Of which tools a person decides every call. */
export type AskFirst = (typeof ASK_FIRST)[number];

/** The settings of a server of pages, checked and with their defaults. */
export interface WebSettings {
  pages: readonly string[];
  /** Where pages and frames may go: "https://shop.example.com". */
  origins: ReadonlySet<string>;
  /** host:port, lower case, that may be asked for although its address is private. */
  privateHosts: ReadonlySet<string>;
  profile: ProfileKeeping;
  idleMs: number;
  askFirst: AskFirst;
}

/** @throws SwitchyardError `tool_server.invalid` */
export function webSettings(server: Pick<ToolServer, 'name' | 'web'>): WebSettings {
  const { name, web } = server;
  const invalid = (why: string) => invalidServer(name, why);
  if (!web || web.pages.length === 0) throw invalid('it names no page to open (web.pages)');
  if (web.pages.length > MAX_PAGES) throw invalid(`it names more than ${MAX_PAGES} pages`);
  if (web.origins.length > MAX_ORIGINS) throw invalid(`it names more than ${MAX_ORIGINS} origins`);
  if (web.privateHosts.length > MAX_ORIGINS) throw invalid(`it names more than ${MAX_ORIGINS} private hosts`);
  if (web.idleSeconds > MAX_IDLE_SECONDS) throw invalid(`its idle_seconds are more than ${MAX_IDLE_SECONDS}`);
  const pages = web.pages.map((page) => pageOf(page, invalid));
  const named = [...pages, ...web.origins.map((origin) => originOf(origin, invalid))];
  const hosts = web.privateHosts.map((host) => host.toLowerCase());
  const wrong = hosts.find((host) => !HOST_AND_PORT.test(host));
  if (wrong !== undefined) throw invalid(`${shownText(wrong)} of its private_hosts is no host:port`);
  return {
    pages: pages.map(({ href }) => href),
    origins: new Set(named.map(({ origin }) => origin)),
    privateHosts: new Set([...hosts, ...named.flatMap(privateByName)]),
    profile: oneOf(PROFILES, web.profile, 'profile', invalid),
    idleMs: (web.idleSeconds || DEFAULT_IDLE_SECONDS) * 1_000,
    askFirst: oneOf(ASK_FIRST, web.askFirst, 'ask_first', invalid),
  };
}

type Invalid = (why: string) => Error;

function pageOf(text: string, invalid: Invalid): URL {
  const url = text.length <= MAX_URL_LENGTH && URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw invalid(`${shownText(text)} is no http or https address of a page`);
  if (url.username !== '' || url.password !== '') throw invalid('the address of a page holds credentials');
  return url;
}

function originOf(text: string, invalid: Invalid): URL {
  const url = pageOf(text, invalid);
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw invalid(`${shownText(text)} is no origin: give scheme, host and port alone, as in "https://example.com"`);
  return url;
}

/** One of the words, or the first where nothing is said. */
function oneOf<Word extends string>(words: readonly [Word, ...Word[]], given: string, field: string, invalid: Invalid) {
  const found = given === '' ? words[0] : words.find((word) => word === given);
  if (found === undefined) throw invalid(`its ${field} ${shownText(given)} is none of ${words.join(', ')}`);
  return found;
}

function shownText(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
