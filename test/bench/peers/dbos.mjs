// DBOS Transact: ten steps that do nothing, each checkpointed in Postgres before the next one begins.
import { DBOS } from '@dbos-inc/dbos-sdk';
import { databaseUrl, report, STEPS } from './report.mjs';

const workflow = DBOS.registerWorkflow(
  async (input) => {
    let value = input;
    for (let step = 0; step < STEPS; step++)
      value = await DBOS.runStep(async () => value + 1, { name: `step-${step}` });
    return value;
  },
  { name: 'ten-steps' },
);
DBOS.setConfig({ name: 'bench', systemDatabaseUrl: databaseUrl, logLevel: 'error', runAdminServer: false });
await DBOS.launch();
try {
  await report(async (index) => {
    const value = await workflow(index);
    if (value !== index + STEPS) throw new Error(`not the run that is measured: ${value}`);
  });
} finally {
  await DBOS.shutdown();
}
