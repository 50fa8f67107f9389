import { World } from './world.fixture.js';

/** A world that waits for a model for twenty seconds and asks it twice, so that what is slow here fails no test. */
export function patientWorld(environment: Record<string, string> = {}): Promise<World> {
  return World.create({
    SWITCHYARD_MODEL_FIRST_BYTE_MS: '20000',
    SWITCHYARD_MODEL_IDLE_MS: '20000',
    SWITCHYARD_MODEL_ATTEMPTS: '2',
    ...environment,
  });
}

/** A turn that asks for the calculator. */
export const callOf = (expression = '2+2') => ({ calls: [{ name: 'calculator', arguments: { expression } }] });
