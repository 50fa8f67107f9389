/**
 * Every attribute and span name that Switchyard writes. The GenAI and MCP names of OpenTelemetry are still in
 * development and move: they stand here and nowhere else.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/ and …/messaging/
 */
export const GENAI = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  requestModel: 'gen_ai.request.model',
  requestMaxTokens: 'gen_ai.request.max_tokens',
  requestTemperature: 'gen_ai.request.temperature',
  responseModel: 'gen_ai.response.model',
  responseId: 'gen_ai.response.id',
  finishReasons: 'gen_ai.response.finish_reasons',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheReadTokens: 'gen_ai.usage.cache_read.input_tokens',
  agentName: 'gen_ai.agent.name',
  agentVersion: 'gen_ai.agent.version',
  conversationId: 'gen_ai.conversation.id',
  toolName: 'gen_ai.tool.name',
  toolCallId: 'gen_ai.tool.call.id',
  toolType: 'gen_ai.tool.type',
  evaluationName: 'gen_ai.evaluation.name',
  evaluationScore: 'gen_ai.evaluation.score.value',
} as const;

/** Values of `gen_ai.operation.name`, which also begin the span's name. */
export const OPERATION = { invokeAgent: 'invoke_agent', chat: 'chat', executeTool: 'execute_tool' } as const;

export const MCP = { method: 'mcp.method.name', session: 'mcp.session.id', protocol: 'mcp.protocol.version' } as const;

export const MESSAGING = {
  system: 'messaging.system',
  destination: 'messaging.destination.name',
  operation: 'messaging.operation.name',
  operationType: 'messaging.operation.type',
  messageId: 'messaging.message.id',
  batchCount: 'messaging.batch.message_count',
  consumer: 'messaging.consumer.group.name',
} as const;

export const SWITCHYARD = {
  tenant: 'switchyard.tenant',
  run: 'switchyard.run.id',
  task: 'switchyard.task.id',
  thread: 'switchyard.thread',
  seq: 'switchyard.journal.seq',
  backend: 'switchyard.backend',
  /** Where a run was before it was moved. */
  backendBefore: 'switchyard.backend.before',
  configuration: 'switchyard.configuration',
  costUsd: 'switchyard.cost_usd',
  effect: 'switchyard.tool.effect',
  pool: 'switchyard.tool.pool',
  evaluation: 'switchyard.evaluation.id',
  delivery: 'switchyard.delivery',
} as const;

export const ERROR_TYPE = 'error.type';
