import { Controller, Inject } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import {
  CorrectReplySchema,
  CorrectRequestSchema,
  EraseRequestSchema,
  ErasureReceiptSchema,
  MemoryActSchema,
  MemoryService,
  MergeRequestSchema,
  RestoreRequestSchema,
  RetractRequestSchema,
  SplitReplySchema,
  SplitRequestSchema,
  type CorrectReply,
  type ErasureReceipt,
  type MemoryAct,
  type SplitReply,
} from '@switchyard/contracts';
import { actorOf } from '../auth/scopes.js';
import { ownTenant } from '../http/read-call.js';
import { Incoming, Route, route, type CallOf, type Params } from '../http/route.js';
import { provenanceOf } from './provenance.js';

const idOf = ({ params }: { params: Params }) => ({ id: params['id'] ?? '' });

const correct = route({
  method: 'POST',
  path: '/v1/memories/:id/correct',
  access: 'run',
  tag: 'memory',
  summary: 'Put another statement in the place of one',
  description: 'The old one stays, true until `valid_from`; recall puts it behind what stands in its place.',
  body: { message: CorrectRequestSchema, tenantAt: 'tenant', without: ['id'], set: idOf },
  replies: { 200: { message: CorrectReplySchema } },
});

const split = route({
  method: 'POST',
  path: '/v1/memories/:id/split',
  access: 'run',
  tag: 'memory',
  summary: 'Put several statements in the place of one',
  body: { message: SplitRequestSchema, tenantAt: 'tenant', without: ['id'], set: idOf },
  replies: { 200: { message: SplitReplySchema } },
});

const merge = route({
  method: 'POST',
  path: '/v1/memories/merges',
  access: 'run',
  tag: 'memory',
  summary: 'Put one statement in the place of several',
  body: { message: MergeRequestSchema, tenantAt: 'tenant' },
  replies: { 200: { message: CorrectReplySchema } },
});

const retract = route({
  method: 'POST',
  path: '/v1/memories/retractions',
  access: 'run',
  tag: 'memory',
  summary: 'Take memories out of every answer, with what rests on them alone',
  description:
    'By `ids`, or by `act_id`: all that an import stored. What other evidence says too stays (`kept`). Can be taken back: `POST /v1/memories/acts/:act/restore`.',
  body: { message: RetractRequestSchema, tenantAt: 'tenant', without: ['actor'] },
  replies: { 200: { message: MemoryActSchema } },
});

const demote = route({
  method: 'POST',
  path: '/v1/memories/demotions',
  access: 'run',
  tag: 'memory',
  summary: 'Take out of every answer what was measured to do harm',
  description:
    'As a retraction, on record as what it is; what a summary had replaced goes with it. A summary of the same facts is not made again. Can be taken back: `POST /v1/memories/acts/:act/restore`.',
  body: { message: RetractRequestSchema, tenantAt: 'tenant', without: ['actor'] },
  replies: { 200: { message: MemoryActSchema } },
});

const restore = route({
  method: 'POST',
  path: '/v1/memories/acts/:act/restore',
  access: 'run',
  tag: 'memory',
  summary: 'Take back what was done to memories',
  body: {
    message: RestoreRequestSchema,
    tenantAt: 'tenant',
    without: ['act_id', 'actor'],
    set: ({ params }) => ({ act_id: params['act'] ?? '' }),
    optional: true,
  },
  replies: { 200: { message: MemoryActSchema } },
});

const erase = route({
  method: 'POST',
  path: '/v1/memories/erasures',
  access: 'admin',
  tag: 'memory',
  summary: 'Delete memories and all that was made of them',
  description:
    'By `ids`, or by `scope`: all of the scopes that have the parts that are set. Irreversible; the receipt says what was deleted and holds nothing of it.',
  body: { message: EraseRequestSchema, tenantAt: 'tenant', without: ['actor'] },
  replies: { 200: { message: ErasureReceiptSchema } },
});

/** What people do to memories. */
@Controller()
export class MemoryActsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(correct)
  correct(@Incoming() { body, identity }: CallOf<typeof correct>): Promise<CorrectReply> {
    const provenance = provenanceOf(identity, 'CorrectRequest', body.provenance);
    return this.rpc.call(MemoryService.method.correct, { ...body, provenance });
  }

  @Route(split)
  split(@Incoming() { body, identity }: CallOf<typeof split>): Promise<SplitReply> {
    const provenance = provenanceOf(identity, 'SplitRequest', body.provenance);
    return this.rpc.call(MemoryService.method.split, { ...body, provenance });
  }

  @Route(merge)
  merge(@Incoming() { body, identity }: CallOf<typeof merge>): Promise<CorrectReply> {
    const provenance = provenanceOf(identity, 'MergeRequest', body.provenance);
    return this.rpc.call(MemoryService.method.merge, { ...body, provenance });
  }

  @Route(retract)
  retract(@Incoming() { body, identity }: CallOf<typeof retract>): Promise<MemoryAct> {
    return this.rpc.call(MemoryService.method.retract, { ...body, actor: actorOf(identity) });
  }

  @Route(demote)
  demote(@Incoming() { body, identity }: CallOf<typeof demote>): Promise<MemoryAct> {
    return this.rpc.call(MemoryService.method.demote, { ...body, actor: actorOf(identity) });
  }

  @Route(restore)
  restore(@Incoming() { body, identity }: CallOf<typeof restore>): Promise<MemoryAct> {
    return this.rpc.call(MemoryService.method.restore, { ...body, actor: actorOf(identity) });
  }

  @Route(erase)
  erase(@Incoming() { body, tenant, identity }: CallOf<typeof erase>): Promise<ErasureReceipt> {
    const { scope, ...rest } = body;
    if (scope?.tenant) ownTenant(scope.tenant, tenant);
    return this.rpc.call(MemoryService.method.erase, {
      ...rest,
      ...(scope && { scope: { ...scope, tenant } }),
      actor: actorOf(identity),
    });
  }
}
