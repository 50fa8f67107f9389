/** The model id under which the simulator answers: it says what it is. `@DIALECT` and `+FAULT` may follow. */
export const SIMULATOR_MODEL = 'switchyard-simulator';
