import type { JsonObject } from '@switchyard/contracts';
import type { EntityManager } from 'typeorm';

/** The parts of a bundle that can be left out of it. */
export type BundlePart = 'agents' | 'tools' | 'runs' | 'evidence';

/** Which records of a kind are meant. */
export interface RecordScope {
  tenant: string;
  /** Of what has a time, what began since; absent: all. */
  since?: Date | undefined;
}

/** A record as it is exported. */
export interface RecordLine {
  /** `{"kind": …, "data": {…}}` on one line. */
  text: string;
  /** Where a page that begins behind it begins. Never empty. */
  after: string;
}

/** A record as it is imported: the line, and the same parsed. */
export interface GivenRecord {
  kind: string;
  text: string;
  data: JsonObject;
}

/** What became of records. */
export interface Stored {
  stored: number;
  /** There already, with the same content. */
  same: number;
  /** There already with other content, which stays. */
  kept: number;
  /** What somebody has to see to, in sentences. */
  notes: string[];
}

/** That a record names another one, which has to be in the same bundle. */
export interface RecordLink {
  kind: string;
  /** Columns of this record, as many as the other kind has in its key. */
  by: readonly string[];
}

/** What of a kind stands in its description: the reader of a bundle knows no tables. */
export interface KindFacts {
  readonly kind: string;
  readonly part: BundlePart;
  /** Whose rows they are, with their schema: no table of a service is forgotten. */
  readonly tables: readonly string[];
  /** One for all tenants. */
  readonly ofPlatform: boolean;
  readonly key: readonly string[];
  /** Its records come with those of this kind, each behind the one that it belongs to. Absent: by themselves. */
  readonly along?: string;
  readonly links: readonly RecordLink[];
  /** They can be stored without those that come before them: a dry run, which keeps nothing, can try them. */
  readonly byItself: boolean;
}

/**
 * One kind of record that its owner gives out and takes in. All of it happens in transactions of the caller's, with the
 * time zone set to UTC.
 */
export interface RecordKind extends KindFacts {
  count(on: EntityManager, scope: RecordScope): Promise<number>;
  /**
   * Records in the order of the kind, the next ones behind `after`; none: there are no more.
   *
   * @param after of a line that was given before; empty: from the beginning
   * @throws SwitchyardError `contract.invalid` where `after` is of no line
   */
  page(on: EntityManager, scope: RecordScope, after: string): Promise<RecordLine[]>;
  /**
   * Stores what is not there. The same content under the same key changes nothing.
   *
   * @throws SwitchyardError `bundle.conflict` (other content under the same key), `bundle.invalid`
   */
  store(on: EntityManager, tenant: string, records: readonly GivenRecord[]): Promise<Stored>;
}
