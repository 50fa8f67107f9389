import { cost, duration, oneLine } from '../output/format.js';
import { dim, green, harmless, red, yellow } from '../output/style.js';
import type { TraceNode } from './trace-tree.js';

const MARKS = { ok: green('✓'), error: red('✗'), open: yellow('…') };

/** The tree as text: when it began, what it was, how long it took, tokens and cost. */
export function drawTrace(root: TraceNode): string {
  return [line(root, ''), ...branches(root, '')].join('\n');
}

function branches(node: TraceNode, indent: string): string[] {
  return node.children.flatMap((child, index) => {
    const last = index === node.children.length - 1;
    return [line(child, `${indent}${last ? '└─ ' : '├─ '}`), ...branches(child, `${indent}${last ? '   ' : '│  '}`)];
  });
}

function line(node: TraceNode, indent: string): string {
  const facts = [
    node.durationMs === undefined ? undefined : duration(node.durationMs),
    node.tokens && `${node.tokens.input} → ${node.tokens.output} tokens`,
    node.costUsd === undefined ? undefined : cost(node.costUsd),
  ].filter((fact) => fact !== undefined);
  const start = `+${Math.round(node.startMs)} ms`.padStart(10);
  const note = node.note ? dim(` ${harmless(oneLine(node.note, 90))}`) : '';
  return `${dim(start)} ${indent}${MARKS[node.status]} ${harmless(node.name)}${facts.length > 0 ? `  ${facts.join('  ')}` : ''}${note}`;
}
