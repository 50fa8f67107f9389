import { RunEventSchema, type RunEvent } from './gen/switchyard/v1/event_pb.js';

/** The body's name as it stands in subjects, rows and SSE: "RunCompleted". */
export type RunEventType = keyof typeof CASE_BY_TYPE;
export type RunEventCase = NonNullable<RunEvent['body']['case']>;
/** One body of a RunEvent: `{ case: 'runCompleted', value: … }`. */
export type RunEventBody = Exclude<RunEvent['body'], { case: undefined }>;

const CASE_BY_TYPE = {
  RunAccepted: 'runAccepted',
  InputAppended: 'inputAppended',
  ModelTurnCompleted: 'modelTurnCompleted',
  ToolCallsRequested: 'toolCallsRequested',
  ToolCallSettled: 'toolCallSettled',
  ApprovalRequested: 'approvalRequested',
  ApprovalResolved: 'approvalResolved',
  RunParked: 'runParked',
  RunResumed: 'runResumed',
  ContextCompacted: 'contextCompacted',
  BackendSwitched: 'backendSwitched',
  ChildRunStarted: 'childRunStarted',
  ChildRunSettled: 'childRunSettled',
  BudgetReserved: 'budgetReserved',
  BudgetSettled: 'budgetSettled',
  RunCompleted: 'runCompleted',
  RunFailed: 'runFailed',
  RunCancelled: 'runCancelled',
} as const satisfies Record<string, RunEventCase>;

const TYPE_BY_CASE = Object.fromEntries(Object.entries(CASE_BY_TYPE).map(([type, name]) => [name, type])) as Record<
  RunEventCase,
  RunEventType
>;

export const RUN_EVENT_TYPES = Object.keys(CASE_BY_TYPE) as RunEventType[];
/** What ends a run. */
export const END_EVENT_TYPES = ['RunCompleted', 'RunFailed', 'RunCancelled'] as const satisfies RunEventType[];

export function eventTypeOf(event: Pick<RunEvent, 'body'>): RunEventType {
  if (event.body.case === undefined) throw new TypeError('A RunEvent without a body has no type');
  return TYPE_BY_CASE[event.body.case];
}

/** The field of RunEvent that holds a body of this type, as it is called in JSON: "run_completed". */
export function wireFieldOf(type: RunEventType): string {
  const field = RunEventSchema.fields.find((candidate) => candidate.localName === CASE_BY_TYPE[type]);
  if (!field) throw new TypeError(`RunEvent has no body ${type}`);
  return field.name;
}

/** The type of the last of them; empty where there is none. */
export function lastEventType(events: readonly RunEvent[]): string {
  const [last] = events.slice(-1);
  return last ? eventTypeOf(last) : '';
}
