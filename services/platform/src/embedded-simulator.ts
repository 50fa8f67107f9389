import { startSimulator } from '@switchyard/simulator';
import type { UpOptions } from './up-options.js';

/** The stand-in for a model, in this process: it costs a port and nothing else until somebody asks it. */
export async function startEmbeddedSimulator(options: UpOptions): Promise<{ url: string; stop(): Promise<void> }> {
  const simulator = await startSimulator({ port: options.simulatorPort });
  return { url: simulator.url, stop: () => simulator.close() };
}
