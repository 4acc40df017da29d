/**
 * How fast the product is, as ratios to yardsticks that are measured in the same rounds: on a machine whose speed
 * comes and goes the ratio stays, and the figures alone say little.
 *
 *   npm run bench                       everything; under 15 minutes
 *   npm run bench -- hot lonely         these scenarios alone
 *   npm run bench -- --smoke            does it all work? no time is judged
 *   npm run bench -- --rounds 9 --seconds 10
 *   npm run bench -- memory --minutes 10
 *   npm run bench -- growth-lines --huge        ten million lines as well
 *
 * The table, the chart and every single round go to tools/bench/results/. Every scenario has a fresh database and the
 * product as a process of its own, and checks after its load that nothing was over-allocated, lost or doubled: the
 * run ends with 1 where it was. A missed goal is reported, and ends nothing.
 *
 * BENCH_DATABASE_URL: another PostgreSQL than the embedded one; BENCH_NODE_OPTIONS: for the product, such as
 * --cpu-prof --cpu-prof-dir=profiles (absolute).
 *
 * Where to read on: scenarios/hot.ts, then scenario.ts, load.ts, yardsticks/.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { readArguments } from './arguments.js';
import { chart } from './chart.js';
import { Stage } from './stage.js';
import { inWords, markdown, withoutGoal, type Finding } from './report.js';
import { scenarios } from './scenarios/index.js';
import { findPgbench } from './yardsticks/one-transaction.js';

const RESULTS = fileURLToPath(new URL('../../../tools/bench/results/', import.meta.url));

const { chosen, settings, name } = readArguments(process.argv.slice(2), scenarios);
const pgbench = settings.mayUsePgbench ? await findPgbench() : null;
const stage = await Stage.set({ ...settings, pgbench });
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stage.strike().finally(() => process.exit(1)));
}
const findings: Record<string, Finding[]> = {};
try {
  for (const scenario of chosen) {
    const startedAt = performance.now();
    process.stdout.write(`${scenario.name}\n`);
    const played = await stage.play(scenario);
    const found = settings.isSmoke ? played.map(withoutGoal) : played;
    findings[scenario.name] = found;
    for (const finding of found) process.stdout.write(`${inWords(finding)}\n`);
    process.stdout.write(`  (${((performance.now() - startedAt) / 1_000).toFixed(1)} s)\n`);
  }
} finally {
  await stage.strike();
}

const report = {
  machine: {
    date: new Date().toISOString(),
    machine: `${availableParallelism()} processors, ${cpus()[0]?.model ?? 'unknown'}`,
    versions: `Node ${process.version}, PostgreSQL ${stage.postgres}`,
    rounds: `${stage.rounds} of ${stage.seconds} s for each part, by turns, after a warm-up; ratios are taken round by round`,
    'one transaction per order': pgbench
      ? `${pgbench}, prepared statements`
      : 'a loop in Node with named prepared statements: there was no pgbench',
  },
  findings,
};
await mkdir(RESULTS, { recursive: true });
await writeFile(`${RESULTS}${name}.md`, markdown(report));
await writeFile(`${RESULTS}${name}.json`, `${JSON.stringify({ ...report, raw: stage.raw }, null, 1)}\n`);
const drawn = chart(findings);
if (drawn !== null) await writeFile(`${RESULTS}${name}.svg`, drawn);
process.stdout.write(`${RESULTS}${name}.md\n`);
