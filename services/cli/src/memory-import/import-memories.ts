import type { ImportOptions } from '@switchyard/client';
import { SwitchyardError, type ImportReply, type JsonObject } from '@switchyard/contracts';
import type { Candidate } from './candidate.js';

/** Records of one request at most, as in the contract, and the bytes that they may have together. */
const MAX_RECORDS = 200;
const MAX_BYTES = 400_000;
/** Refusals that are told; the others are counted. */
const MAX_TOLD = 1_000;

export interface ImportReport {
  stored: number;
  /** Said there before: counted. */
  repeated: number;
  /** Imported before. */
  skipped: number;
  refused: number;
  refusals: { at: string; code: string; message: string }[];
  /** The act that all of it is taken back by; empty: nothing has changed. */
  act: string;
}

type Send = (records: readonly JsonObject[], options: ImportOptions) => Promise<ImportReply>;

/**
 * Imports in batches, each of which is stored as a whole and all of which are one import, which can be taken back. What fails between two of them leaves the first ones stored;
 * the same import again goes on from there.
 *
 * @param said is told how far it is, after each batch
 */
export async function importMemories(
  candidates: AsyncIterable<Candidate>,
  send: Send,
  options: ImportOptions,
  said: (report: ImportReport) => void = () => undefined,
): Promise<ImportReport> {
  const report: ImportReport = { stored: 0, repeated: 0, skipped: 0, refused: 0, refusals: [], act: '' };
  let batch: { at: string; record: JsonObject }[] = [];
  let bytes = 0;
  const flush = async () => {
    if (batch.length === 0) return;
    const sent = batch;
    batch = [];
    bytes = 0;
    const reply = await send(
      sent.map(({ record }) => record),
      { ...options, act: report.act },
    );
    report.act = reply.actId;
    report.stored += reply.stored;
    report.repeated += reply.repeated;
    report.skipped += reply.skipped;
    for (const { index, error } of reply.refused)
      refuse(report, sent[index]?.at ?? '', error?.code ?? 'internal', error?.message ?? '');
    said(report);
  };
  for await (const candidate of candidates) {
    if ('error' in candidate) {
      refuse(report, candidate.at, candidate.error.code, candidate.error.message);
      continue;
    }
    const size = Buffer.byteLength(JSON.stringify(candidate.record));
    if (size > MAX_BYTES) {
      const { code, message } = tooLarge(size);
      refuse(report, candidate.at, code, message);
      continue;
    }
    if (batch.length === MAX_RECORDS || bytes + size > MAX_BYTES) await flush();
    batch.push(candidate);
    bytes += size;
  }
  await flush();
  return report;
}

function refuse(report: ImportReport, at: string, code: string, message: string): void {
  report.refused++;
  if (report.refusals.length < MAX_TOLD) report.refusals.push({ at, code, message });
}

function tooLarge(size: number): SwitchyardError {
  return new SwitchyardError('import.invalid', `It has ${size} bytes; at most ${MAX_BYTES} are taken at once.`);
}
