import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwitchyardError } from '@switchyard/contracts';
import type { ListenAddress } from './service-definition.js';

/**
 * @returns the base URL, with the port that was taken
 * @throws SwitchyardError `service.port_taken`, `service.listen_failed`
 */
export async function listen(
  app: NestFastifyApplication,
  { host, port }: ListenAddress,
  name: string,
): Promise<string> {
  try {
    await app.listen(port, host);
  } catch (cause) {
    const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
    const details = { host, port };
    if (code === 'EADDRINUSE') {
      throw new SwitchyardError(
        'service.port_taken',
        `${name} cannot listen on ${host}:${port}: the port is taken. Stop the other program, or choose another port.`,
        { details, cause },
      );
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SwitchyardError('service.listen_failed', `${name} cannot listen on ${host}:${port}: ${reason}.`, {
      details,
      cause,
    });
  }
  const address: unknown = app.getHttpServer().address();
  const taken = typeof address === 'object' && address !== null && 'port' in address ? Number(address.port) : port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${taken}`;
}
