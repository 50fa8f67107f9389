import { createRequire } from 'node:module';
import vm from 'node:vm';
import type { ConfigOptions, MathJsInstance, MathNode } from 'mathjs';
import { SwitchyardError } from '@switchyard/contracts';
import { codeOf, messageOf } from '../../shared/error-text.js';
import { invalidArguments } from '../../tools/invalid-arguments.js';
import { normaliseExpression } from './normalise-expression.js';

export const MAX_EXPRESSION_LENGTH = 1_000;
/** Evaluation is synchronous and holds up the whole host. Milliseconds are usual; the rest is for a busy machine. */
const TIME_LIMIT_MS = 1_000;
/** Digits that the arithmetic carries; more than are ever shown. */
const PRECISION = 64;
/** Digits that a result with a fraction shows: 0.1 + 0.2 is 0.3, 1 / 3 is 0.333333333333333. */
const SHOWN_DIGITS = 15;

const RUN = new vm.Script('run()');
/** One context for all: evaluation is synchronous, so there is never more than one. */
const sandbox = vm.createContext({}) as { run?: () => unknown };

/** The package as one file, which a host has loaded in a tenth of the 0.8 s that its thousand modules take; its `create` has all functions. */
const { create } = createRequire(import.meta.url)('mathjs/lib/browser/math.js') as {
  create: (config: ConfigOptions) => MathJsInstance;
};
const math = create({ number: 'BigNumber', precision: PRECISION });

/** What arithmetic is configured as; decimal.js changes it while it computes a function, and puts it back at the end. */
const ARITHMETIC = { precision: PRECISION, rounding: 4 } as const;

/** decimal.js' class as this instance of mathjs has it; mathjs' types leave it out. */
const { BigNumber: Arithmetic } = math as typeof math & {
  BigNumber: { new (value: number): { pow(exponent: number): unknown }; set(settings: object): unknown };
};

/** Nothing else can be called: no import, eval, parse, createUnit, config, and nothing that builds large matrices. */
const FUNCTIONS = new Set(
  (
    'abs add cbrt ceil cube divide exp expm1 fix floor gcd hypot lcm log log10 log1p log2 mod multiply norm nthRoot pow ' +
    'round sign sqrt square subtract unaryMinus unaryPlus invmod ' +
    'acos acosh acot acoth acsc acsch asec asech asin asinh atan atan2 atanh cos cosh cot coth csc csch sec sech sin sinh tan tanh ' +
    'max min mean median mode prod sum std variance mad quantileSeq cumsum ' +
    'combinations combinationsWithRep factorial permutations gamma lgamma stirlingS2 bellNumbers catalan composition erf zeta ' +
    'bitAnd bitNot bitOr bitXor leftShift rightArithShift rightLogShift ' +
    'isInteger isNaN isNegative isPositive isPrime isZero and not or xor compare equal unequal larger largerEq smaller smallerEq ' +
    'complex re im conj arg det inv transpose dot cross trace to unit number bignumber fraction'
  ).split(' '),
);

/** The four operations, a few of them: they take no time that would have to be watched, which costs more than they do. */
const PLAIN = /^[\d.+\-*/() ]{1,200}$/;

const NODES = new Set([
  'ArrayNode',
  'ConditionalNode',
  'ConstantNode',
  'FunctionNode',
  'OperatorNode',
  'ParenthesisNode',
  'RelationalNode',
  'SymbolNode',
]);

/**
 * The value of an expression, as text: arithmetic, percentages, functions, units (`5 km to mile`).
 *
 * @throws SwitchyardError `tool.invalid_arguments` (cannot be read, or not allowed) or `tool.timeout`.
 */
export function evaluateExpression(expression: string): string {
  if (expression.length > MAX_EXPRESSION_LENGTH) {
    throw refused(`The expression is longer than ${MAX_EXPRESSION_LENGTH} characters. Split it.`);
  }
  const normal = normaliseExpression(expression);
  const node = parse(normal);
  checkNodes(node);
  return format(evaluate(node, PLAIN.test(normal)));
}

function parse(expression: string): MathNode {
  if (expression === '') throw refused('The expression is empty. Give one such as "2 * (3 + 4)".');
  try {
    return math.parse(expression);
  } catch (cause) {
    throw refused(`The expression cannot be read: ${messageOf(cause)}.`, cause);
  }
}

function checkNodes(root: MathNode): void {
  root.traverse((node) => {
    if (!NODES.has(node.type)) {
      throw refused(`The calculator takes no ${nameOfNode(node.type)}: write one plain expression.`);
    }
    if (math.isFunctionNode(node)) {
      const name = math.isSymbolNode(node.fn) ? node.fn.name : '';
      if (!FUNCTIONS.has(name)) throw refused(`The calculator has no function "${name || node.fn.toString()}".`);
    }
  });
}

function evaluate(node: MathNode, plain: boolean): unknown {
  const code = node.compile();
  try {
    if (plain) return code.evaluate(new Map());
    // The time-out of a vm script ends whatever runs in it, functions from outside too: the one way to stop synchronous work.
    sandbox.run = () => code.evaluate(new Map());
    return RUN.runInContext(sandbox, { timeout: TIME_LIMIT_MS });
  } catch (cause) {
    restoreArithmetic();
    if (codeOf(cause) === 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
      throw new SwitchyardError(
        'tool.timeout',
        `The calculation took longer than ${TIME_LIMIT_MS} ms. Make it smaller.`,
        {
          cause,
        },
      );
    }
    throw refused(`The expression has no value: ${messageOf(cause)}.`, cause);
  }
}

/**
 * A computation that was stopped, or threw, leaves decimal.js with the precision and rounding of its inner steps
 * (`sin(1e3000)`: 3,079 digits), and every later result would suffer. A root also sets the library's own mark, which no
 * setting reaches, that results are to be rounded.
 */
function restoreArithmetic(): void {
  Arithmetic.set(ARITHMETIC);
  new Arithmetic(2).pow(0.5);
}

function format(value: unknown): string {
  if (value === undefined || typeof value === 'function') {
    throw refused('The expression has no value: it is only a name. Write something to calculate.');
  }
  const shown = math.format(value, (part: unknown) => formatNumber(part));
  // A function inside of an array and the like: nothing that mathjs could format as a value.
  if (/^function\b/.test(shown)) throw refused('The expression has no value: it is only a name.');
  return shown;
}

/** Whole numbers of up to 40 digits in full; all else at 15 digits. */
function formatNumber(value: unknown): string {
  if (math.isBigNumber(value) && value.isInteger() && value.abs().lt('1e40')) return value.toFixed();
  return math.format(value, { precision: SHOWN_DIGITS, lowerExp: -9, upperExp: 40 });
}

function refused(message: string, cause?: unknown): SwitchyardError {
  return invalidArguments('calculator', message, { cause });
}

function nameOfNode(type: string): string {
  const names: Readonly<Record<string, string>> = {
    AssignmentNode: 'assignments',
    FunctionAssignmentNode: 'definitions of functions',
    BlockNode: 'several expressions at once',
    RangeNode: 'ranges',
    AccessorNode: 'properties',
    IndexNode: 'indices',
    ObjectNode: 'objects',
  };
  return names[type] ?? type;
}
