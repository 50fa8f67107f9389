import { spawn } from 'node:child_process';
import { root, toolEnvironment } from './workspace.mjs';

/** As shells do: 128 and the signal's number. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 };

/**
 * Runs a program to its end. `quiet` keeps its output and answers it; otherwise it goes to ours.
 * Answers { code, output }; code 1 when it could not be started or took longer than `timeoutMs`.
 */
export function run([program, ...args], { quiet = false, env = {}, cwd = root, timeoutMs = 0 } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...toolEnvironment, ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    });
    let output = '';
    const keep = (chunk) => (output += chunk);
    child.stdout?.setEncoding('utf8').on('data', keep);
    child.stderr?.setEncoding('utf8').on('data', keep);
    // Ctrl-C reaches the program by itself, a kill of ours does not; neither may leave it behind, or go on without it.
    let interrupted;
    const forward = (signal) => {
      interrupted = signal;
      // npm ends what it began; a tool that works in silence has nothing to say about it.
      child.kill(quiet ? 'SIGTERM' : signal);
    };
    for (const signal of Object.keys(EXIT_CODES)) process.on(signal, forward);
    const timer = timeoutMs
      ? setTimeout(() => {
          output += `\nended: it took longer than ${timeoutMs / 60_000} minutes`;
          if (!quiet) console.error(output);
          child.kill('SIGTERM');
          setTimeout(() => child.kill('SIGKILL'), 10_000).unref();
        }, timeoutMs)
      : undefined;
    const finish = () => {
      clearTimeout(timer);
      for (const signal of Object.keys(EXIT_CODES)) process.off(signal, forward);
      if (interrupted) process.exit(EXIT_CODES[interrupted]);
    };
    child.once('error', (error) => {
      finish();
      resolve({ code: 1, output: `${output}${error.message}` });
    });
    child.once('close', (code) => {
      finish();
      resolve({ code: code ?? 1, output });
    });
  });
}

/** Shows that something lasts: a line that counts on a terminal, a line now and then elsewhere. Answers how to end it. */
export function ticking(text) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const terminal = process.stderr.isTTY;
  if (!terminal) process.stderr.write(`${text} …\n`);
  const show = () => process.stderr.write(terminal ? `\r\x1b[K${text} … ${seconds()} s` : `${text} … ${seconds()} s\n`);
  if (terminal) show();
  const timer = setInterval(show, terminal ? 1_000 : 15_000);
  return (outcome) => {
    clearInterval(timer);
    process.stderr.write(
      `${terminal ? '\r\x1b[K' : ''}${text}: ${outcome} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`,
    );
  };
}
