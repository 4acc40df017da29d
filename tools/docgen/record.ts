/**
 * Plays the tour of the README in a terminal, against a fresh service, and draws what was seen: docs/tour.svg.
 *
 *   npm run docs:recording
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { recordingPicture, tourOf, type Recorded } from './recording.js';
import { ROOT } from './source.js';

/** As the README has it. */
const PORT = '3000';
const START_MS = 60_000;
const END = 'end-of-command';

const tour = tourOf(await readFile(join(ROOT, 'README.md'), 'utf8'));
const dataDir = await mkdtemp(join(tmpdir(), 'earmark-tour-'));
const service = spawn(process.execPath, [join(ROOT, 'dist/src/main.js')], {
  cwd: dataDir,
  env: { PATH: process.env.PATH, DATA_DIR: dataDir, HOST: '127.0.0.1', PORT },
  stdio: ['ignore', 'ignore', 'inherit'],
});
const stopped = new Promise((settle) => service.once('exit', settle));
try {
  await untilReady();
  const shell = spawn('bash', ['--noprofile', '--norc'], { cwd: dataDir });
  const recorded: Recorded[] = [];
  for (const { kind, text } of tour) if (kind === 'command') recorded.push(await type(text, shell));
  shell.stdin.end();
  await writeFile(join(ROOT, 'docs/tour.svg'), recordingPicture(tour, recorded));
  process.stdout.write('docs/tour.svg\n');
} finally {
  service.kill('SIGTERM');
  await stopped;
  await rm(dataDir, { recursive: true, force: true });
}

async function untilReady(): Promise<void> {
  const until = performance.now() + START_MS;
  while (performance.now() < until) {
    if (service.exitCode !== null) throw new Error(`The service has stopped. Is port ${PORT} free?`);
    const answer = await fetch(`http://127.0.0.1:${PORT}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await setTimeout(100);
  }
  throw new Error('The service did not start.');
}

/** @throws {Error} if the command fails or prints to stderr */
async function type(command: string, shell: ChildProcessWithoutNullStreams): Promise<Recorded> {
  const began = performance.now();
  let output = '';
  let errors = '';
  const ended = new Promise<void>((settle) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (!output.includes(END)) return;
      shell.stdout.off('data', read);
      settle();
    };
    shell.stdout.on('data', read);
  });
  const complain = (chunk: Buffer) => void (errors += chunk.toString());
  shell.stderr.on('data', complain);
  shell.stdin.write(`${command}\necho "${END} $?"\n`);
  await ended;
  shell.stderr.off('data', complain);
  const [shown = '', status] = output.split(`${END} `);
  if (status?.trim() !== '0' || errors !== '') throw new Error(`${command}: ${status} ${errors}`);
  return { command, output: shown, seconds: (performance.now() - began) / 1_000 };
}
