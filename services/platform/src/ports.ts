import { setTimeout as delay } from 'node:timers/promises';
import { SwitchyardError } from '@switchyard/contracts';
import { isPortFree } from '@switchyard/servers';

/** Whether the port became free within this time. */
export async function waitForPort(port: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (await isPortFree(port)) return true;
    await delay(50);
  }
  return false;
}

export function portTaken(port: number, name: string, option: string): SwitchyardError {
  return new SwitchyardError(
    'servers.port_taken',
    `Port ${port} on 127.0.0.1 is taken by another program, so ${name} cannot start. Stop that program, or choose another port with ${option}.`,
    { retryable: true, details: { port } },
  );
}
