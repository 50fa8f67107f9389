import { Column, Entity, PrimaryColumn } from 'typeorm';

/** That a bundle was imported, by whom and when: the same one may be imported again into what it made. */
@Entity({ schema: 'registry', name: 'bundle_imports' })
export class BundleImportEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'bundle_imports_pkey' })
  tenant!: string;

  /** "sha256:" and 64 hex digits, of the bundle's first line. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'bundle_imports_pkey' })
  bundle!: string;

  /** Of the platform that wrote it. */
  @Column({ type: 'text', name: 'platform_version' })
  platformVersion!: string;

  @Column({ type: 'text', name: 'imported_by' })
  importedBy!: string;

  /** The first time. */
  @Column({ type: 'timestamptz', name: 'started_at' })
  startedAt!: Date;

  /** The last time that it came to its end; null: never yet. */
  @Column({ type: 'timestamptz', name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  /** Records that were new, over all times. */
  @Column({ type: 'integer' })
  stored!: number;
}
