/** Any model: canonical messages, wire adapters, profiles, and one call for all of them. */
export type { JsonObject, JsonValue } from './json.js';
export { MODEL_ERROR_KINDS, ModelError } from './model-error.js';
export type { ModelErrorInit, ModelErrorKind, OverflowLimits } from './model-error.js';

export { CANONICAL_VERSION } from './messages/message.js';
export type {
  CanonicalMessage,
  ImagePart,
  Part,
  Provenance,
  ReasoningPart,
  Role,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from './messages/message.js';
export {
  assistantMessage,
  isCanonicalMessage,
  reasoningOf,
  systemMessage,
  textMessage,
  textOf,
  toolCallsOf,
  toolResultMessage,
  toolResultsOf,
  userMessage,
} from './messages/message-helpers.js';

export { shownTool, UNTRUSTED_NOTE, withoutFrames } from './messages/untrusted.js';
export type { ModelRequest, RequestedOutput, ToolChoice, ToolDefinition } from './model-request.js';
export type {
  FinishReason,
  ModelEvent,
  ModelResponse,
  RejectedCall,
  RejectionCode,
  Repair,
  RepairCode,
} from './model-response.js';

export { checkValue } from './schema/check-value.js';
export { unusableSchema, validateArguments } from './calls/argument-validator.js';
export type { ArgumentFault, Verdict } from './calls/argument-validator.js';

export { NO_USAGE, addUsage, estimateTokens, normaliseUsage, priceOf } from './usage.js';
export type { Prices, ReportedUsage, Usage, UsageRule } from './usage.js';
export { defineProfile, profileVersion, TOOL_MODES, WIRE_API_NAMES } from './profile/profile.js';
export type {
  CallIdRule,
  Capabilities,
  Profile,
  ProfileInit,
  ReasoningRule,
  CallSealRule,
  ChatTemplate,
  SettingName,
  ToolMode,
  WireApiName,
} from './profile/profile.js';
export { PROFILE_SCHEMA } from './profile/profile-schema.js';
export { checkProfile, PROFILE_PROBLEM_CODES } from './profile/check-profile.js';
export type { ProfileProblem } from './profile/check-profile.js';
export type { Backend } from './profile/backend.js';

export { TOKENIZER_NAMES } from './tokens/tokenizer-names.js';
export type { TokenizerName } from './tokens/tokenizer-names.js';
export { calibrate, estimatingCounter, tokenCounter } from './tokens/token-counter.js';
export type { CountedUsage, TokenCounter } from './tokens/token-counter.js';
export { fitRequest } from './fitting/fit-request.js';
export type { Compaction, FitOptions, FittedRequest } from './fitting/fit-request.js';
export { isContextNote } from './fitting/context-note.js';
export { countMessage, countRequest, countTools } from './tokens/count-request.js';

export type {
  AnswerReader,
  HttpFailure,
  OutgoingRequest,
  ReaderContext,
  StreamDecoder,
  WireApi,
  WireEvent,
  WireRequest,
  WireTarget,
} from './wire/wire-api.js';
export { DEFAULT_TEMPLATE } from './wire/completion/default-template.js';
export { templateTraits } from './wire/completion/template-traits.js';
export type { TemplateTraits } from './wire/completion/template-traits.js';
export { writeFrame as writeEventFrame } from './wire/bedrock/event-frame.js';
export { readBody } from './wire/read-body.js';
export type { WireReading, WireReadOptions } from './wire/read-body.js';
export { MAX_ANSWER_BYTES, MAX_CALLS_BYTES } from './client/answer-size.js';
export { callModel, completeModel } from './client/call-model.js';
export type { CallOptions, CallTimeouts } from './client/call-model.js';
export type { AiSdkCallOptions, AiSdkModel } from './ai-sdk/ai-sdk-model.js';
export { fromAiSdk } from './ai-sdk/from-ai-sdk.js';
export type { AiSdkBackend, AiSdkOptions, AiSdkRequestOptions } from './ai-sdk/from-ai-sdk.js';
export { discoverBackends } from './discovery/discover-backends.js';
export type { DiscoverOptions, DiscoveredBackend } from './discovery/discover-backends.js';

export type { CallForm, Dialect, ReasoningMarks } from './dialects/dialect.js';
export type { BodyContext, BodyOutcome, BodySyntax, DraftCall, WrittenCall } from './dialects/body.js';
export { DialectReader } from './dialects/dialect-reader.js';
export type { DialectReaderOptions } from './dialects/dialect-reader.js';
export type { DialectEvent } from './dialects/dialect-sink.js';
export { readDialect } from './dialects/read-dialect.js';
export type { DialectReading, DialectReadOptions } from './dialects/read-dialect.js';
export { DIALECT_NAMES, dialectOf } from './dialects/table/index.js';
export { DEFAULT_PROMPT } from './dialects/prompt-form.js';
export type { PromptForm, ResultsForm, ToolEntry, ToolsForm } from './dialects/prompt-form.js';
export { requestInMode } from './text-mode/request-in-mode.js';
export { textRequest } from './text-mode/text-request.js';
export { writeAnswer } from './dialects/write-answer.js';
export type { AnswerToWrite } from './dialects/write-answer.js';

export * from './tool-search/index.js';
export * from './schema/index.js';
export * from './probe/index.js';
export * from './catalogue/index.js';
