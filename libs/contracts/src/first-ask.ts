/**
 * A header of requests for tool calls, whatever its value: nobody has asked for this call before. The ledger then need not be
 * looked through for a call that may be repeated at will. Not a field: hosts of an older build refuse fields that they do not know.
 */
export const FIRST_ASK = 'Switchyard-First-Ask';
