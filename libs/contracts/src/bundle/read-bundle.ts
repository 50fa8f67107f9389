import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { SwitchyardError } from '../errors.js';
import { addressOfCanonical } from '../content-address.js';
import {
  BUNDLE_END,
  BUNDLE_FORMAT,
  BUNDLE_VERSION,
  BundleTally,
  kindOfLine,
  type BundleHeader,
  type BundleTrailer,
} from './bundle-format.js';
import { bundleLines, truncated, type BundleLimits } from './bundle-lines.js';

/** A line of a bundle that is a record. */
export interface BundleRecord {
  kind: string;
  /** The line as it stands there. */
  text: string;
  /** From 1; the header is the first. */
  line: number;
}

/** What a bundle is. */
export interface BundleFacts {
  header: BundleHeader;
  /** "sha256:" and 64 hex digits over the first line: it names the bundle. */
  id: string;
  trailer: BundleTrailer;
}

/**
 * Reads a bundle from its first line to its last, and checks that it is whole and as it was written. What its records say
 * is for their owners to check.
 *
 * @param onRecord awaited before the next line is read
 * @throws SwitchyardError `bundle.malformed` (none), `bundle.newer_version`, `bundle.truncated`, `bundle.damaged`,
 *   `bundle.too_large`; what `onHeader` and `onRecord` throw
 */
export async function readBundle(
  file: AsyncIterable<Uint8Array>,
  on: {
    header?: (header: BundleHeader, id: string) => Promise<void> | void;
    record?: (record: BundleRecord) => Promise<void> | void;
  } = {},
  limits: BundleLimits = {},
): Promise<BundleFacts> {
  const tally = new BundleTally();
  let begun: Omit<BundleFacts, 'trailer'> | undefined;
  let said: BundleTrailer | undefined;
  let number = 0;
  for await (const bytes of bundleLines(file, limits)) {
    number += 1;
    if (said) throw damaged(`line ${number} stands behind its last one`);
    const text = bytes.toString('utf8');
    if (!begun) {
      begun = { header: headerOf(text), id: addressOfCanonical(text) };
      tally.add(`${text}\n`);
      await on.header?.(begun.header, begun.id);
      continue;
    }
    const kind = kindOfLine(text) ?? kindWritten(text, number);
    if (kind === BUNDLE_END) {
      said = trailerOf(text, number);
      continue;
    }
    tally.add(bytes, kind);
    tally.add('\n');
    await on.record?.({ kind, text, line: number });
  }
  if (!begun) throw malformed('it is empty');
  if (!said) throw truncated('its last line is missing');
  const trailer = tally.trailer();
  if (said.sha256 !== trailer.sha256 || said.records !== trailer.records)
    throw damaged(`it has ${trailer.records} records of ${said.records}, and its checksum is another one`);
  return { ...begun, trailer };
}

/** @throws SwitchyardError `bundle.malformed`, `bundle.newer_version` */
function headerOf(text: string): BundleHeader {
  const json = parsed(text);
  if (json?.['format'] !== BUNDLE_FORMAT) throw malformed(`its first line does not say "format": "${BUNDLE_FORMAT}"`);
  const { version, created_at, platform_version, tenant, since, without, counts } = json;
  if (typeof version === 'number' && version > BUNDLE_VERSION)
    throw new SwitchyardError(
      'bundle.newer_version',
      `This bundle is of version ${version}, and this platform reads versions up to ${BUNDLE_VERSION}: Switchyard ${asText(platform_version) || 'of a newer version'} wrote it. Bring this one up to date, then import it again.`,
      { details: { version, readable: BUNDLE_VERSION } },
    );
  if (version !== BUNDLE_VERSION || asText(tenant) === '')
    throw malformed('its first line has no version or no tenant');
  return {
    format: BUNDLE_FORMAT,
    version,
    created_at: asText(created_at),
    platform_version: asText(platform_version),
    tenant: asText(tenant),
    ...(typeof since === 'string' && { since }),
    without: Array.isArray(without) ? without.map(asText) : [],
    counts: countsOf(counts),
  };
}

function trailerOf(text: string, line: number): BundleTrailer {
  const data = parsed(text)?.['data'];
  const { records, counts, sha256 } = isObject(data) ? data : {};
  if (typeof records === 'number' && typeof sha256 === 'string') return { records, sha256, counts: countsOf(counts) };
  throw damaged(`line ${line} is no end of a bundle`);
}

/** Of a line that no exporter wrote. */
function kindWritten(text: string, line: number): string {
  const kind = parsed(text)?.['kind'];
  if (typeof kind === 'string' && kind !== '') return kind;
  throw malformed(`line ${line} is no record: {"kind": …, "data": {…}}`);
}

function countsOf(counts: JsonValue | undefined): Record<string, number> {
  if (!isObject(counts)) return {};
  return Object.fromEntries(Object.entries(counts).flatMap(([kind, n]) => (typeof n === 'number' ? [[kind, n]] : [])));
}

function asText(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function parsed(text: string): JsonObject | undefined {
  try {
    const json = JSON.parse(text) as JsonValue;
    return isObject(json) ? json : undefined;
  } catch {
    // What is no JSON is no line of a bundle either, and its caller says so.
    return undefined;
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(why: string): SwitchyardError {
  return new SwitchyardError(
    'bundle.malformed',
    `This is no bundle: ${why}. A bundle is what \`switchyard bundle export\` writes.`,
  );
}

function damaged(why: string): SwitchyardError {
  return new SwitchyardError(
    'bundle.damaged',
    `This bundle is not as it was written: ${why}. Copy it again, or export it again; nothing of it was stored.`,
  );
}
