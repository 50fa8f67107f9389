// LangGraph.js: a graph of ten nodes that do nothing, each checkpointed in Postgres before the next one begins.
import { Annotation, END, START, StateGraph } from '@langchain/langgraph';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { databaseUrl, report, STEPS } from './report.mjs';

const pool = new pg.Pool({ connectionString: databaseUrl, max: 32 });
const checkpointer = new PostgresSaver(pool);
await checkpointer.setup();
const State = Annotation.Root({ value: Annotation() });
let builder = new StateGraph(State);
for (let step = 0; step < STEPS; step++)
  builder = builder.addNode(`step-${step}`, ({ value }) => ({ value: value + 1 }));
builder = builder.addEdge(START, 'step-0');
for (let step = 1; step < STEPS; step++) builder = builder.addEdge(`step-${step - 1}`, `step-${step}`);
const graph = builder.addEdge(`step-${STEPS - 1}`, END).compile({ checkpointer });
try {
  await report(async (index) => {
    const settings = { configurable: { thread_id: randomUUID() }, durability: 'sync' };
    const { value } = await graph.invoke({ value: index }, settings);
    if (value !== index + STEPS) throw new Error(`not the run that is measured: ${value}`);
  });
} finally {
  await pool.end();
}
