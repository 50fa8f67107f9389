import { Controller, Inject } from '@nestjs/common';
import { PayloadSchema, type Payload } from '@switchyard/contracts';
import { Incoming, Route, route, type CallOf } from '../http/route.js';
import { Payloads } from './payloads.service.js';

const get = route({
  method: 'GET',
  path: '/v1/payloads/:hash',
  access: 'read',
  tag: 'runs',
  summary: 'Get a value that was too large for an event',
  description:
    'In events such a value is replaced by `{"$payload": {"hash", "bytes", "preview"}}`. It is there for as long as a run that has it.',
  replies: { 200: { message: PayloadSchema } },
});

@Controller()
export class PayloadsController {
  constructor(@Inject(Payloads) private readonly payloads: Payloads) {}

  @Route(get)
  get(@Incoming() { tenant, params }: CallOf<typeof get>): Promise<Payload> {
    return this.payloads.get(tenant, params['hash'] ?? '');
  }
}
