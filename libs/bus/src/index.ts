export { Bus } from './bus.js';
export type {
  Listening,
  MessageInfo,
  OutgoingMessage,
  PublishOptions,
  RequestOptions,
  SubscribeOptions,
} from './bus.js';
export { connectBus, type BusOptions } from './connect-bus.js';
export {
  DEAD_KINDS,
  type DeadKind,
  execDurable,
  Subjects,
  subjectTokens,
  toolDurable,
  WORK_KINDS,
  type SubjectToken,
  type WorkKind,
} from './subjects.js';
export { publishEvents } from './events/publish-events.js';
export { ensureStreams, type StreamOptions } from './streams/ensure-streams.js';
export { ensureConsumer } from './streams/ensure-consumer.js';
export { publishAt, type Scheduled } from './timers/publish-at.js';
export { RunTimers, type Wake } from './timers/run-timers.js';
export { type ConsumerSpec } from './work/consumer-spec.js';
export { type WorkContext } from './work/work-context.js';
export { checkEventSubject } from './work/check-event-subject.js';
export { Work } from './work/work.decorator.js';
export { WorkServer, type WorkServerOptions } from './work/work-server.js';
export { deadLetter, type DeadLetterInput } from './work/dead-letter.js';
export { Rpc, type RpcHandlerOptions } from './rpc/rpc.decorator.js';
export { RpcClient, rpcSubject } from './rpc/rpc-client.js';
export { rpcTokens, type RpcInput, type RpcMethod, type RpcOutput } from './rpc/rpc-method.js';
export { type RpcContext } from './rpc/rpc-context.js';
export { RpcServer, type RpcServerOptions } from './rpc/rpc-server.js';
export { thatFit } from './rpc/that-fit.js';
export { AgentVersions } from './rpc/agent-versions.js';
export { readPayload, withInput, withOutput, type WholePayload } from './rpc/read-payload.js';
export { takesParts, TAKING_PARTS, withContent } from './rpc/read-result.js';
export { endOfPart, joinParts, TextParts, type TextPart } from './rpc/text-parts.js';
export { PassThroughFilter } from './pass-through.filter.js';
export { askServices } from './discovery/ask-services.js';
