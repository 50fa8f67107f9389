import { describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/contracts';
import { AgentVersions } from './agent-versions.js';

/** A router that counts what it is asked. */
function router(fails = 0) {
  const asked: string[] = [];
  const call = (_: unknown, { name, version = '' }: { name: string; version?: string }) => {
    asked.push(`${name}@${version}`);
    return asked.length <= fails
      ? Promise.reject(new SwitchyardError('rpc.timeout', 'No answer.', { retryable: true }))
      : Promise.resolve({ version });
  };
  // As much of the client as it uses.
  return { asked, versions: new AgentVersions({ call } as never) };
}

describe('the versions of agents', () => {
  it('are asked for once each, however many ask at the same time', async () => {
    const { asked, versions } = router();
    const get = (version: string) => versions.get('t', 'helper', version);
    const all = await Promise.all([get('sha256:a'), get('sha256:a'), get('sha256:b')]);
    expect(all.map(({ version }) => version)).toEqual(['sha256:a', 'sha256:a', 'sha256:b']);
    await get('sha256:a');
    expect(asked).toEqual(['helper@sha256:a', 'helper@sha256:b']);
  });

  it('of one tenant are not those of another', async () => {
    const { asked, versions } = router();
    await versions.get('t', 'helper', 'sha256:a');
    await versions.get('u', 'helper', 'sha256:a');
    expect(asked).toHaveLength(2);
  });

  it('are asked for again after a failure, and the current one each time, for it changes', async () => {
    const { asked, versions } = router(1);
    await expect(versions.get('t', 'helper', 'sha256:a')).rejects.toMatchObject({ code: 'rpc.timeout' });
    expect((await versions.get('t', 'helper', 'sha256:a')).version).toBe('sha256:a');
    await versions.get('t', 'helper', '');
    await versions.get('t', 'helper', '');
    expect(asked).toEqual(['helper@sha256:a', 'helper@sha256:a', 'helper@', 'helper@']);
  });
});
