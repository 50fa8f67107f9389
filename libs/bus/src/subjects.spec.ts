import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Subjects, subjectTokens } from './subjects.js';

const token = fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/);

describe('subjects', () => {
  it('are those that the documentation names', () => {
    const subjects = new Subjects();
    expect([
      subjects.tasks('default'),
      subjects.exec('gpt', 'run_1'),
      subjects.tool('default', 'call_1'),
      subjects.event('default', 'run_1', 'RunCompleted'),
      subjects.timer('t1'),
      subjects.timerDue('gpt', 'run_1'),
      subjects.timerOfSchedule('default', 'daily'),
      subjects.timerFire('default', 'daily'),
      subjects.dead('exec', 'run_1'),
      subjects.stream('default', 'run_1'),
      subjects.cancel('run_1'),
      subjects.rpc('router', 'submit'),
      subjects.toolRpc('default'),
    ]).toEqual([
      'switchyard.tasks.default',
      'switchyard.exec.gpt.run_1',
      'switchyard.tool.default.call_1',
      'switchyard.event.default.run_1.RunCompleted',
      'switchyard.timer.t1',
      'switchyard.timer.due.gpt.run_1',
      'switchyard.timer.schedule.default.daily',
      'switchyard.timer.fire.default.daily',
      'switchyard.dead.exec.run_1',
      'switchyard.stream.default.run_1',
      'switchyard.cancel.run_1',
      'switchyard.rpc.router.submit',
      'switchyard.rpc.tool.default',
    ]);
  });

  it('give back the tokens that they were made of', () => {
    fc.assert(
      fc.property(token, token, token, token, (prefix, tenant, run, type) => {
        const subject = new Subjects(prefix).event(tenant, run, type);
        expect(subjectTokens(subject, prefix)).toEqual({ kind: 'event', tokens: [tenant, run, type] });
      }),
    );
  });

  it('never have a token that NATS would read as something else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/^[A-Za-z0-9_-]{1,128}$/.test(text) && text !== '*');
        expect(() => new Subjects().exec('backend', text)).toThrow(
          expect.objectContaining({ code: 'bus.bad_subject' }),
        );
      }),
    );
    expect(() => new Subjects('two.tokens')).toThrow(expect.objectContaining({ code: 'bus.bad_subject' }));
    expect(() => new Subjects().exec('backend', '>')).toThrow();
  });

  it('may stand for all with a star', () => {
    expect(new Subjects('p').event('*', '*', 'RunFailed')).toBe('p.event.*.*.RunFailed');
  });

  it('of another prefix have no tokens here', () => {
    expect(subjectTokens('switchyard2.exec.a.b', 'switchyard')).toEqual({ kind: '', tokens: [] });
  });
});
