import type { DescMessage, Message } from '@bufbuild/protobuf';
import { SwitchyardError } from './errors.js';

/** What proto3 cannot say of a field: that it must be there, and what its text may look like. */
export interface FieldRule {
  required?: boolean;
  pattern?: RegExp;
  oneOf?: readonly string[];
  maxLength?: number;
  /** Of its UTF-8: what is stored and shown whole costs the same in every script. */
  maxBytes?: number;
  hint?: string;
}

/** One token of a NATS subject: tenants, runs, calls, backends, pools and agents all become one. */
export const TOKEN = /^[A-Za-z0-9_-]{1,128}$/;
const token: FieldRule = { required: true, pattern: TOKEN, hint: 'letters, digits, "_" and "-", at most 128' };
const optionalToken: FieldRule = { ...token, required: false };
const required: FieldRule = { required: true };
/** Of an agent: a number, a content address, or its first digits. */
const version: FieldRule = {
  pattern: /^(current|\d{1,6}|(sha256:)?[0-9a-f]{1,64})$/,
  hint: 'a number, "sha256:" and hexadecimal digits, or the first of those',
};
const key: FieldRule = { maxLength: 512 };
/** Why somebody did something, in a sentence. */
const reason: FieldRule = { maxLength: 2_000 };

const bundleHash: FieldRule = { required: true, pattern: /^sha256:[0-9a-f]{64}$/, hint: '"sha256:" and 64 hex digits' };

/** Field names as in the .proto files; every message that enters from the bus or over HTTP and needs more than its types. */
const RULES: Readonly<Record<string, Readonly<Record<string, FieldRule>>>> = {
  TaskRequest: {
    agent: token,
    input: required,
    thread: key,
    idempotency_key: key,
    backend: optionalToken,
    user: key,
    tenant: optionalToken,
    priority: { oneOf: ['normal', 'high'] },
    agent_version: version,
  },
  ExecWork: { tenant: token, run_id: token, backend: token },
  CancelNotice: { tenant: token, run_id: token },
  Delta: { run_id: token },
  ToolWork: { call: required },
  ToolCall: { tenant: token, call_id: token, tool: { required: true, maxLength: 256 }, run_id: optionalToken },
  ToolServer: {
    name: token,
    kind: { required: true, oneOf: ['mcp-stdio', 'mcp-http', 'openapi', 'webmcp'] },
    pool: optionalToken,
  },
  ToolServerQuery: { name: token },
  BundleKindsQuery: { tenant: token },
  BundlePageQuery: { tenant: token, kind: token, after: { maxLength: 4_096 } },
  ImportBundleRequest: { tenant: token },
  BundlePart: { hash: bundleHash, text: required },
  BeginBundleImportRequest: { tenant: token, bundle: bundleHash },
  EndBundleImportRequest: { tenant: token, bundle: bundleHash },
  SetSecretRequest: { tenant: token, name: required, value: required, used_by: required },
  SecretsQuery: { tenant: token },
  SecretQuery: { tenant: token, name: { required: true, maxLength: 128 } },
  RunEvent: { tenant: token, run_id: token, seq: required, body: required },
  RunQuery: { tenant: token, run_id: token },
  ListRunsQuery: { tenant: token },
  ListEventsQuery: { tenant: token, run_id: token },
  CancelRequest: { tenant: token, run_id: token },
  SwitchRunRequest: { tenant: token, run_id: token, backend: token, reason: { maxLength: 4_096 } },
  FallBackRequest: { tenant: token, run_id: token, backend: token, seq: required, error: required },
  HandOverRequest: { tenant: token, run_id: token },
  ApplyAgentRequest: { tenant: token, definition: required, actor: key },
  StartRolloutRequest: {
    tenant: token,
    agent: token,
    candidate: { ...version, required: true },
    sticky: { oneOf: ['thread', 'user', 'run'] },
    actor: key,
    swap: optionalToken,
    idempotency_key: key,
  },
  RolloutQuery: { tenant: token, id: token },
  ListRolloutsQuery: {
    tenant: optionalToken,
    agent: optionalToken,
    status: { oneOf: ['running', 'promoted', 'rolled_back', 'stopped'] },
    after: optionalToken,
  },
  ChangeRolloutRequest: { tenant: token, id: token, share: required, actor: key },
  EndRolloutRequest: {
    tenant: token,
    id: token,
    status: { required: true, oneOf: ['promoted', 'rolled_back', 'stopped'] },
    reason,
    guardrail: { pattern: /^[A-Za-z0-9_.-]{1,64}$/, hint: 'letters, digits, "_", "-" and ".", at most 64' },
    actor: key,
  },
  TenantQuery: { tenant: token },
  Policy: { tenant: token, name: token },
  PolicyQuery: { tenant: token, name: token },
  AgentQuery: { tenant: token, name: token },
  Backend: { name: token, base_url: required, api: { required: true }, model: required },
  BackendQuery: { name: token },
  BackendReport: { name: token },
  CreateKeyRequest: { tenant: token, name: { required: true, maxLength: 128 }, scopes: required },
  VerifyKeyRequest: { secret: { required: true, maxLength: 512 } },
  ListEffectsQuery: {
    tenant: token,
    status: { oneOf: ['started', 'settled', 'unknown', 'released'] },
    run_id: optionalToken,
    before: { maxLength: 128 },
  },
  EffectQuery: { tenant: token, call_id: token },
  ResultContentQuery: {
    tenant: token,
    call_id: token,
    hash: { required: true, pattern: /^sha256:[0-9a-f]{64}$/, hint: '"sha256:" and 64 hexadecimal digits' },
  },
  DecideEffectRequest: {
    tenant: token,
    call_id: token,
    decision: { required: true, oneOf: ['retry', 'settle', 'fail'] },
    reason: { maxLength: 4_096 },
  },
  ListDecisionsQuery: { tenant: token, run_id: optionalToken },
  DecideApprovalRequest: {
    tenant: token,
    run_id: token,
    call_id: token,
    name: token,
    decision: { required: true, oneOf: ['approved', 'edited', 'denied'] },
    reason: { maxLength: 4_096 },
  },
  ListApprovalsQuery: { tenant: token, run_id: optionalToken },
  ResolveApprovalRequest: {
    tenant: token,
    run_id: token,
    call_id: token,
    decision: { required: true, oneOf: ['approved', 'edited', 'denied'] },
    reason: { maxLength: 4_096 },
  },
  SendInputRequest: { tenant: token, run_id: token, call_id: optionalToken, input: required, idempotency_key: key },
  ForkRunRequest: { tenant: token, run_id: token, backend: optionalToken, idempotency_key: key },
  RunStateQuery: { tenant: token, run_id: token },
  RunStepsQuery: { tenant: token, run_id: token },
  StartChildRequest: { tenant: token, run_id: token, call_id: token, agent: token },
  PayloadQuery: {
    tenant: token,
    hash: { required: true, pattern: /^sha256:[0-9a-f]{64}$/, hint: '"sha256:" and 64 hexadecimal digits' },
  },
  DeadLetterQuery: { kind: token, id: token },
  RedriveRequest: { kind: optionalToken, id: optionalToken, backend: optionalToken, on_backend: optionalToken },
  ApplyScheduleRequest: { schedule: required },
  Schedule: {
    tenant: token,
    name: token,
    cron: { required: true, maxLength: 256 },
    time_zone: { maxLength: 64 },
    task: required,
    missed: { oneOf: ['skip', 'last', 'all'] },
    overlap: { oneOf: ['allow', 'skip'] },
  },
  ScheduleQuery: { tenant: token, name: token },
  PauseScheduleRequest: { tenant: token, name: token },
  SetBudgetRequest: { budget: required },
  Budget: { tenant: token, agent: optionalToken, per: { required: true, oneOf: ['hour', 'day', 'month', 'total'] } },
  BudgetQuery: { tenant: token, agent: optionalToken },
  RevokeKeyRequest: { tenant: token, id: token },
  ListToolsQuery: { tenant: token },
  RememberRequest: {
    scope: required,
    text: { required: true, maxLength: 65_536 },
    subject: key,
    kind: { oneOf: ['fact', 'summary'] },
  },
  RecordEpisodesRequest: { scope: required, conversation: key, episodes: required },
  RecallRequest: {
    scope: required,
    query: { maxLength: 65_536 },
    run_id: optionalToken,
    min_trust: { oneOf: ['low', 'medium', 'high'] },
    rerank: optionalToken,
  },
  ListMemoriesQuery: { scope: required, run_id: optionalToken, conversation: key },
  MemoryQuery: { tenant: token, id: token },
  CorrectRequest: { tenant: token, id: token, text: { required: true, maxLength: 65_536 }, reason },
  RetractRequest: { tenant: token, act_id: optionalToken, reason },
  RestoreRequest: { tenant: token, act_id: token, reason },
  MergeRequest: { tenant: token, ids: required, text: { required: true, maxLength: 65_536 }, reason },
  SplitRequest: { tenant: token, id: token, texts: required, reason },
  EraseRequest: { tenant: token, reason },
  ForgetRequest: { tenant: token, id: token },
  ConsolidateRequest: { scope: required, by: optionalToken },
  ConsolidationPolicy: { tenant: token, rounds: { oneOf: ['on', 'off'] } },
  ConsolidationQuery: { tenant: token },
  AuditQuery: { scope: required },
  ExportQuery: { scope: required },
  ImportRequest: {
    scope: required,
    records: required,
    trust: { oneOf: ['low', 'medium', 'high'] },
    act_id: optionalToken,
  },
  RetentionPolicy: { tenant: token, name: token, kind: { oneOf: ['episode', 'fact', 'summary'] } },
  RetentionQuery: { tenant: token },
  BlockQuery: { scope: required, label: optionalToken },
  PutBlockRequest: { scope: required, label: optionalToken, text: { maxBytes: 16_384 } },
  MemoryStatusQuery: { tenant: token },
  StartEvaluationRequest: {
    tenant: token,
    suite_name: { maxLength: 128 },
    suite_version: { maxLength: 128 },
    agent_version: { maxLength: 128 },
  },
  ApplySuiteRequest: { tenant: token, suite: required },
  SuiteQuery: { tenant: token, name: { required: true, maxLength: 128 }, version: { maxLength: 128 } },
  ListSuitesQuery: { tenant: token, name: { maxLength: 128 } },
  StartReplayRequest: {
    tenant: token,
    agent: token,
    task_class: { maxLength: 512 },
    unmatched: { oneOf: ['stop', 'tell'] },
  },
  DraftCasesRequest: {
    tenant: token,
    agent: token,
    status: { oneOf: ['completed', 'failed'] },
    task_class: { maxLength: 512 },
    before: optionalToken,
  },
  EvaluationQuery: { tenant: token, id: token },
  ListEvaluationsQuery: { tenant: token },
  CanaryQuery: { tenant: token, rollout: token },
  ListCanariesQuery: {
    tenant: token,
    agent: optionalToken,
    status: { oneOf: ['running', 'promoted', 'rolled_back', 'stopped'] },
  },
  StartSwapRequest: {
    tenant: token,
    agent: token,
    to_backend: optionalToken,
    to_version: { maxLength: 128 },
    suite_name: { maxLength: 128 },
    suite_version: { maxLength: 128 },
    sticky: { oneOf: ['thread', 'user', 'run'] },
    actor: key,
  },
  SwapQuery: { tenant: token, id: token },
  ListSwapsQuery: { tenant: token, agent: optionalToken, after: optionalToken },
  ActOnSwapRequest: { tenant: token, id: token, reason, actor: key },
  ListJudgesQuery: { tenant: token, scorer: { maxLength: 64 } },
  CompareEvaluationsRequest: { tenant: token, candidate: token, baseline: optionalToken },
  ListConfigurationsQuery: { tenant: token },
  OutcomeQuery: { tenant: token, run_id: token },
  GiveFeedbackRequest: {
    tenant: optionalToken,
    run_id: token,
    name: { pattern: /^[A-Za-z0-9_.-]{1,64}$/, hint: 'letters, digits, "_", "-" and ".", at most 64' },
    comment: { maxLength: 4_096 },
    by: key,
    id: key,
  },
  SurvivalQuery: {
    tenant: token,
    agent: optionalToken,
    by: { oneOf: ['all', 'agent', 'backend'] },
    unit: { oneOf: ['days', 'runs'] },
  },
  CompareOutcomesRequest: { tenant: token },
  ApplyClassRulesRequest: { tenant: token, rules: required },
  ListClassRulesQuery: { tenant: token, agent: { pattern: /^(\*|[A-Za-z0-9_-]{1,128})?$/, hint: 'an agent, or "*"' } },
  ClassifyRequest: { tenant: token, agent: optionalToken, run_id: optionalToken },
  ReapplyClassesRequest: { tenant: token, agent: optionalToken, after: optionalToken },
  SuggestClassesRequest: { tenant: token, agent: token },
  GetRoutingRequest: { tenant: token, agent: token },
  ExplainRoutingRequest: { tenant: token, run_id: token },
  ListFeedbackQuery: { tenant: token, run_id: optionalToken, agent: optionalToken },
  CertificateQuery: { tenant: token, id: token },
  ListCertificatesQuery: {
    tenant: token,
    agent: optionalToken,
    backend: optionalToken,
    status: { oneOf: ['in_force', 'expired', 'revoked'] },
    after: optionalToken,
  },
  RevokeCertificateRequest: { tenant: token, id: token, reason: { ...reason, required: true }, actor: key },
  AddWatchRequest: {
    tenant: token,
    name: token,
    backend: token,
    agent: optionalToken,
    suite: { maxLength: 128 },
    actor: key,
  },
  WatchQuery: { tenant: token, name: token, actor: key },
  ListWatchesQuery: { tenant: token },
  ListDriftQuery: {
    tenant: token,
    backend: optionalToken,
    status: { oneOf: ['open', 'acknowledged'] },
    after: optionalToken,
  },
  DriftQuery: { tenant: token, id: token },
  AcknowledgeDriftRequest: { tenant: token, id: token, note: reason, actor: key },
  PartialQuery: { tenant: token, run_id: token },
  Scope: { tenant: token },
};

/** The rules of a message's fields, by their names in the .proto files; for documents that describe the contracts. */
export function rulesOf(schema: DescMessage): Readonly<Record<string, Readonly<FieldRule>>> {
  return RULES[schema.name] ?? {};
}

/**
 * Checks a message, and the messages directly in it, against the rules.
 *
 * @throws SwitchyardError `contract.invalid` naming the field.
 */
export function checkRules(schema: DescMessage, message: Message, path = ''): void {
  const rules = RULES[schema.name];
  if (!rules) return;
  const values = message as unknown as Readonly<Record<string, unknown>>;
  for (const [name, rule] of Object.entries(rules)) {
    const value = values[camelCase(name)];
    checkField(schema.name, path + name, value, rule);
    const field = schema.fields.find((candidate) => candidate.name === name);
    if (field?.fieldKind === 'message' && isMessage(value)) checkRules(field.message, value, `${path}${name}.`);
  }
}

function checkField(messageName: string, path: string, value: unknown, rule: FieldRule): void {
  const fail = (what: string): never => {
    throw new SwitchyardError('contract.invalid', `${messageName}.${path} ${what}.`, {
      details: { message: messageName, field: path },
    });
  };
  if (isAbsent(value)) {
    if (rule.required) fail('is missing');
    return;
  }
  if (typeof value !== 'string') return;
  if (rule.maxLength !== undefined && value.length > rule.maxLength)
    fail(`is longer than ${rule.maxLength} characters`);
  if (rule.maxBytes !== undefined && Buffer.byteLength(value) > rule.maxBytes)
    fail(`has ${Buffer.byteLength(value)} bytes of UTF-8; at most ${rule.maxBytes} are kept. Shorten it`);
  if (rule.oneOf && !rule.oneOf.includes(value)) fail(`is "${value.slice(0, 64)}"; it may be ${rule.oneOf.join(', ')}`);
  if (rule.pattern && !rule.pattern.test(value))
    fail(`is "${value.slice(0, 64)}"; it may have ${rule.hint ?? String(rule.pattern)}`);
}

function isAbsent(value: unknown): boolean {
  if (value === undefined || value === '' || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && value !== null && 'case' in value && value.case === undefined;
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && '$typeName' in value;
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
