/** What a command may use. */
export interface CommandLimits {
  /** Of processor, in seconds. */
  cpuSeconds: number;
  /** Of address space, for each process. */
  memoryBytes: number;
  /** Of one file that is written. */
  fileBytes: number;
  processes: number;
  openFiles: number;
}

/** Of the machine, what programs need: to be read, and nothing else. What is not there is left out. */
const SYSTEM = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/etc/alternatives',
  '/etc/ld.so.cache',
];
export const WORKSPACE = '/work';
const PATH = '/usr/local/bin:/usr/bin:/bin';

/**
 * The arguments of bubblewrap for one command: namespaces of its own for everything, no network, no capability, no variable of
 * this process, the system to read, and the files folder as /work to write. Source: bwrap(1), bubblewrap 0.8. Pure.
 */
export function namespaceArguments(folder: string, command: string, limits: CommandLimits): string[] {
  const system = SYSTEM.flatMap((path) => ['--ro-bind-try', path, path]);
  const space = ['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--bind', folder, WORKSPACE];
  const shut = ['--unshare-all', '--unshare-user', '--die-with-parent', '--new-session', '--cap-drop', 'ALL'];
  const names = ['--clearenv', '--setenv', 'PATH', PATH, '--setenv', 'HOME', WORKSPACE, '--setenv', 'LANG', 'C.UTF-8'];
  const limit = [
    `-t ${limits.cpuSeconds}`,
    `-v ${Math.floor(limits.memoryBytes / 1_024)}`,
    `-f ${Math.floor(limits.fileBytes / 512)}`,
    `-n ${limits.openFiles}`,
    '-c 0',
  ];
  // Set in the namespace, by the shell that becomes the command's: what limits itself cannot go back.
  const script = `${limit.map((one) => `ulimit ${one} || exit 125`).join('; ')}; ulimit -u ${limits.processes} 2>/dev/null; exec /bin/sh -c "$1"`;
  return [...shut, ...names, ...system, ...space, '--chdir', WORKSPACE, '--', '/bin/sh', '-c', script, 'sh', command];
}
