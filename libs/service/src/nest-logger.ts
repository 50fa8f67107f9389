import type { LoggerService } from '@nestjs/common';
import type { Logger } from '@switchyard/telemetry';

/** Nest's own messages in our logs, from warnings on; what it says of routes and modules helps nobody at run time. */
export class NestLogger implements LoggerService {
  /** @param logger in nobody's name: Nest keeps one for the process, whichever service started last */
  constructor(private readonly logger: Logger) {}

  log(): void {
    // Below a warning.
  }

  debug(): void {
    // Below a warning.
  }

  verbose(): void {
    // Below a warning.
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn(fields(message, rest), text(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error(fields(message, rest), text(message));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.logger.fatal(fields(message, rest), text(message));
  }
}

function text(message: unknown): string {
  return message instanceof Error ? message.message : String(message);
}

/** Nest puts the context last, and a stack before it. */
function fields(message: unknown, rest: unknown[]): object {
  const texts = rest.filter((part): part is string => typeof part === 'string');
  return {
    ...(message instanceof Error ? { err: message } : {}),
    context: texts.at(-1),
    ...(texts.length > 1 ? { stack: texts[0] } : {}),
  };
}
