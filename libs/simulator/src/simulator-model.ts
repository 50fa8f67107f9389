/** The model id under which the simulator answers: it says what it is. */
export const SIMULATOR_MODEL = 'switchyard-simulator';
