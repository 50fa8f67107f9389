import { describe, expect, it } from '@jest/globals';
import { Subjects } from '../subjects.js';
import { streamName, streamSpecs } from './stream-specs.js';

const specs = (prefix: string, version = '2.15.1', replicas = 1) =>
  Object.fromEntries(streamSpecs(new Subjects(prefix), { version, replicas }).map((spec) => [spec.name, spec]));

describe('stream specifications', () => {
  it('take the subjects of the design, as queues or as logs', () => {
    const found = Object.values(specs('switchyard')).map(({ name, subjects, retention }) => [
      name,
      subjects,
      retention,
    ]);
    expect(found).toEqual([
      ['INTAKE', ['switchyard.tasks.*', 'switchyard.feedback.*'], 'workqueue'],
      ['EXEC', ['switchyard.exec.*.*'], 'workqueue'],
      ['TOOL', ['switchyard.tool.*.*'], 'workqueue'],
      ['EVENTS', ['switchyard.event.*.*.*'], 'limits'],
      ['TIMERS', ['switchyard.timer.>'], 'limits'],
      ['DEAD', ['switchyard.dead.*.>'], 'limits'],
    ]);
  });

  it('wait for the disk where nothing else has the message', () => {
    const modes = Object.values(specs('switchyard')).map(({ name, persist_mode }) => [name, persist_mode]);
    expect(Object.fromEntries(modes)).toEqual({
      INTAKE: undefined,
      EXEC: 'async',
      TOOL: 'async',
      EVENTS: 'async',
      TIMERS: 'async',
      DEAD: undefined,
    });
  });

  it('ask nothing of a server that it does not know', () => {
    const older = specs('switchyard', '2.11.4');
    expect(older['EXEC']).not.toHaveProperty('persist_mode');
    expect(older['EXEC']).not.toHaveProperty('sources');
    expect(older['TIMERS']).not.toHaveProperty('allow_msg_schedules');
    expect(specs('switchyard')['TIMERS']).toMatchObject({ allow_msg_schedules: true });
  });

  it('rely on copies instead of the disk in a cluster', () => {
    expect(specs('switchyard', '2.15.1', 3)['EXEC']).toMatchObject({ num_replicas: 3 });
    expect(specs('switchyard', '2.15.1', 3)['EXEC']).not.toHaveProperty('persist_mode');
  });

  it('keep installations apart on one server', () => {
    expect(Object.keys(specs('acme'))).toEqual([
      'ACME_INTAKE',
      'ACME_EXEC',
      'ACME_TOOL',
      'ACME_EVENTS',
      'ACME_TIMERS',
      'ACME_DEAD',
    ]);
    expect(streamName('switchyard', 'EXEC')).toBe('EXEC');
  });
});
