import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import { SwitchyardError, ToolHostService, didYouMean } from '@switchyard/contracts';

/** How long the tool host may take to say which tools there are, in milliseconds. */
const ASK_TIMEOUT_MS = 5_000;

/** Asks the tool host whether an agent's tools exist. */
@Injectable()
export class ToolCheckService {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  /**
   * @throws SwitchyardError `tool.not_found` with the path of each unknown name and the nearest known one, or, retryable,
   *   why the tool host could not be asked.
   */
  async check(tenant: string, agent: string, names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    try {
      await this.ask(tenant, names);
    } catch (error) {
      throw await this.explain(tenant, agent, names, error);
    }
  }

  private async ask(tenant: string, names: readonly string[]): Promise<string[]> {
    const { tools } = await this.rpc.call(
      ToolHostService.method.listTools,
      { tenant, names: [...names] },
      { timeoutMs: ASK_TIMEOUT_MS },
    );
    return tools.map(({ name }) => name);
  }

  private async explain(tenant: string, agent: string, names: readonly string[], error: unknown): Promise<unknown> {
    if (!(error instanceof SwitchyardError)) return error;
    if (error.code === 'tool.not_found') return this.unknownTools(agent, names, await this.ask(tenant, []), error);
    if (!error.retryable) return error;
    const why = error.code.startsWith('rpc.')
      ? `because the tool host did not answer (${error.message}). Start a tool host, or wait until it is there,`
      : `since a server of tools is away. ${error.message} "switchyard tools servers" shows how it is; mend it,`;
    return new SwitchyardError(
      error.code,
      `The agent "${agent}" was not applied: whether its tools exist could not be checked, ${why} and apply the agent again.`,
      { retryable: true, details: { ...error.details, path: 'tools' }, cause: error },
    );
  }

  private unknownTools(
    agent: string,
    names: readonly string[],
    known: readonly string[],
    cause: SwitchyardError,
  ): SwitchyardError {
    const unknown = names.flatMap((name, index) => (isKnown(name, known) ? [] : [{ path: `tools[${index}]`, name }]));
    const listed = unknown.map(({ path, name }) => `${path}: there is no tool "${name}".${didYouMean(name, known)}`);
    const what = listed.length === 0 ? cause.message : listed.join(' ');
    return new SwitchyardError(
      'tool.not_found',
      `The agent "${agent}" names tools that do not exist. ${what} List them with "switchyard tools list".`,
      {
        details: { ...cause.details, problems: unknown.map(({ path, name }) => ({ path, tool: name })) },
        cause,
      },
    );
  }
}

/** "<toolset>.*" stands for every tool whose name begins with "<toolset>.". */
function isKnown(name: string, known: readonly string[]): boolean {
  if (!name.endsWith('.*')) return known.includes(name);
  return known.some((candidate) => candidate.startsWith(name.slice(0, -1)));
}
