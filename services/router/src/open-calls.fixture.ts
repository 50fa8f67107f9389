import type { RouterUnderTest } from './router.fixture.js';
import { advanceRun, submit } from './run.fixture.js';

/** A call of the first turn of a run. */
export interface CallOfTest {
  callId: string;
  tool?: string;
  /** ask, or empty for a tool. */
  kind?: string;
  arguments?: { [name: string]: string };
  /** It waits for a person until then; absent: it needs none. */
  approval?: { expiresAt?: Date };
}

/** A run whose first turn asks for these calls, as an executor leaves it: parked on all of them, or just about to be. */
export async function runWithCalls(
  router: RouterUnderTest,
  calls: readonly CallOfTest[],
  { parked = true, task = {} }: { parked?: boolean; task?: { [field: string]: unknown } } = {},
): Promise<string> {
  const { runId } = await submit(router, task);
  const parts = calls.map(({ callId, tool = 'pay', arguments: args = {} }) => ({
    type: 'tool_call',
    id: callId,
    name: tool,
    arguments: args,
  }));
  await advanceRun(
    router,
    runId,
    {
      case: 'modelTurnCompleted',
      value: { turn: 1, message: { role: 'assistant', parts }, backend: 'sim', finishReason: 'tool_calls' },
    },
    {
      case: 'toolCallsRequested',
      value: {
        calls: calls.map(({ callId, tool = 'pay', kind = '', arguments: args = {} }) => ({
          callId,
          tool,
          kind,
          arguments: args,
        })),
      },
    },
    ...calls.flatMap(({ callId, tool = 'pay', arguments: args = {}, approval }) =>
      approval
        ? [
            {
              case: 'approvalRequested' as const,
              value: {
                callId,
                tool,
                summary: `${tool} ${JSON.stringify(args)}`,
                arguments: args,
                ...(approval.expiresAt
                  ? { expiresAt: { seconds: BigInt(Math.floor(approval.expiresAt.getTime() / 1_000)), nanos: 0 } }
                  : {}),
              },
            },
          ]
        : [],
    ),
    ...(parked
      ? [
          {
            case: 'runParked' as const,
            value: { reason: calls[0]?.approval ? 'approval' : 'input', callIds: calls.map(({ callId }) => callId) },
          },
        ]
      : []),
  );
  return runId;
}
