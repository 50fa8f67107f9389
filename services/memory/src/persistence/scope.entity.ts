import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/**
 * One exact scope that has, or had, memories, with the statistics of its collection. An asker sees at most eight of them
 * (each of agent, user, thread set or not), so that the statistics of all that he sees are a sum of eight rows.
 */
@Entity({ schema: 'memory', name: 'scopes' })
@Unique('scopes_of', ['tenant', 'agent', 'user', 'thread'])
export class ScopeEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'scopes_pkey',
  })
  id!: string;

  @Column('text')
  tenant!: string;

  /** Empty parts are not set: they do not narrow. */
  @Column('text')
  agent!: string;

  @Column('text', { name: 'user_id' })
  user!: string;

  @Column('text')
  thread!: string;

  /** Number of memories. */
  @Column('bigint', { default: 0 })
  memories!: string;

  /** Terms of all its memories together. */
  @Column('bigint', { default: 0 })
  terms!: string;

  /** Another number after each change of what it holds. */
  @Column('bigint', { default: 0 })
  changes!: string;
}
