import { UseFilters } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import type { DescMessage } from '@bufbuild/protobuf';
import { PassThroughFilter } from '../pass-through.filter.js';
import { WORK_KINDS, type WorkKind } from '../subjects.js';

/** Marks handlers of work, so that no other transport takes them. */
export const WORK_TRANSPORT = Symbol('switchyard.work');

/** What `@Work` leaves on the handler for the transport. */
export interface WorkExtras {
  kind: WorkKind;
  schema: DescMessage;
}

/**
 * Makes a controller's method the handler of one kind of work. It gets `(message, context: WorkContext)`, the message
 * decoded and validated. What it returns is ignored: a return acknowledges, a retryable error hands the message back
 * with a growing delay, a terminal `SwitchyardError` makes it a dead letter.
 */
export function Work(kind: WorkKind, schema: DescMessage): MethodDecorator {
  const extras: WorkExtras = { kind, schema };
  return (target, key, descriptor) => {
    Payload()(target, key, 0);
    Ctx()(target, key, 1);
    UseFilters(new PassThroughFilter())(target, key, descriptor);
    return MessagePattern(`work.${kind}`, WORK_TRANSPORT, { ...extras })(target, key, descriptor);
  };
}

export function isWorkExtras(extras: object): extras is WorkExtras {
  return 'schema' in extras && 'kind' in extras && WORK_KINDS.some((kind) => kind === extras.kind);
}
