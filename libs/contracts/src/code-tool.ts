/** The built-in tool that runs code, which may call other tools: its calls alone carry `granted_tools`. */
export const RUN_JAVASCRIPT = 'run_javascript';
