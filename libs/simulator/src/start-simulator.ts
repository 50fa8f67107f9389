import type { Simulator, SimulatorOptions } from './options.js';

/** Starts the simulator on the loopback interface. Rejects if the port is taken. */
export async function startSimulator(_options: SimulatorOptions = {}): Promise<Simulator> {
  throw new Error('not built yet');
}
