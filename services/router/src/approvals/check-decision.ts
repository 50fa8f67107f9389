import { SwitchyardError, type ResolveApprovalRequest } from '@switchyard/contracts';

/** Arguments belong to an edited call, and to no other decision. @throws SwitchyardError `contract.invalid` */
export function checkDecision({ decision, arguments: edited }: ResolveApprovalRequest, maxBytes: number): void {
  if (decision === 'edited' && edited === undefined)
    throw invalid('is missing: "edited" needs the arguments that the tool is called with instead');
  if (decision !== 'edited' && edited !== undefined)
    throw invalid(`is given with "${decision}"; say "edited" to call the tool with other arguments`);
  const bytes = Buffer.byteLength(JSON.stringify(edited ?? {}));
  if (bytes > maxBytes) throw invalid(`has ${bytes} bytes, and ${maxBytes} are allowed (SWITCHYARD_TASK_BYTES)`);
}

function invalid(what: string): SwitchyardError {
  return new SwitchyardError('contract.invalid', `ResolveApprovalRequest.arguments ${what}.`, {
    details: { message: 'ResolveApprovalRequest', field: 'arguments' },
  });
}
