import { describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/contracts';
import pg from 'pg';
import { isUnavailable, mapDatabaseError } from './database-error.js';

const withCode = (code: string, message = 'it failed'): Error => Object.assign(new Error(message), { code });

describe('mapDatabaseError', () => {
  it.each([
    [withCode('57P01', 'terminating connection due to administrator command'), 'database.unavailable', true],
    [withCode('53300', 'sorry, too many clients already'), 'database.unavailable', true],
    [withCode('ECONNREFUSED'), 'database.unavailable', true],
    [new AggregateError([withCode('ECONNREFUSED')], 'all addresses failed'), 'database.unavailable', true],
    [new Error('Connection terminated unexpectedly'), 'database.unavailable', true],
    [withCode('28P01'), 'database.unauthorized', true],
    [withCode('3D000'), 'database.missing', true],
    [withCode('40001'), 'database.serialization', true],
    [withCode('40P01'), 'database.serialization', true],
    [withCode('57014'), 'database.timeout', true],
    [withCode('23505'), 'database.duplicate', false],
    [withCode('23503'), 'database.constraint', false],
    [withCode('42P01'), 'database.not_migrated', false],
    [withCode('42601'), 'database.failed', false],
  ])('says of %s whether to try again', (error, code, retryable) => {
    expect(mapDatabaseError(error)).toMatchObject({ code, retryable, cause: error });
  });

  it('looks into what TypeORM wraps', () => {
    const wrapped = Object.assign(new Error('QueryFailedError'), { driverError: withCode('40P01') });
    expect(mapDatabaseError(wrapped)).toMatchObject({ code: 'database.serialization' });
  });

  it('lets coded errors pass', () => {
    const coded = new SwitchyardError('journal.conflict', 'taken');
    expect(mapDatabaseError(coded)).toBe(coded);
  });

  it('knows a database that is not there', async () => {
    const error = await new pg.Client({ host: '127.0.0.1', port: 1 }).connect().catch((cause: unknown) => cause);
    expect(isUnavailable(error)).toBe(true);
  });
});
