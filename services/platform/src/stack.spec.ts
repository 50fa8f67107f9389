import { describe, expect, it } from '@jest/globals';
import { Stack } from './stack.js';

describe('what was started', () => {
  it('is stopped from the last to the first, once', async () => {
    const stopped: string[] = [];
    const stack = new Stack();
    for (const name of ['nats', 'postgres', 'services']) stack.push(name, async () => void stopped.push(name));
    await Promise.all([stack.unwind(), stack.unwind()]);
    expect(stopped).toEqual(['services', 'postgres', 'nats']);
  });

  it('is stopped whole, also where a part fails to stop, and the failure is told', async () => {
    const stopped: string[] = [];
    const stack = new Stack();
    stack.push('nats', async () => void stopped.push('nats'));
    stack.push('the services', () => Promise.reject(new Error('stuck')));
    await expect(stack.unwind()).rejects.toThrow('the services did not stop cleanly');
    expect(stopped).toEqual(['nats']);
  });
});
