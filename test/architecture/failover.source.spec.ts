import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

interface Patroni {
  readonly bootstrap: {
    readonly dcs: {
      readonly ttl: number;
      readonly loop_wait: number;
      readonly retry_timeout: number;
      readonly postgresql: { readonly parameters: object };
    };
  };
}

const read = (name: string) => readFile(new URL(`../../deploy/patroni/${name}`, import.meta.url), 'utf8');

/** Why: docs/decisions/0050-a-standby-takes-over.md */
describe('The files of a PostgreSQL that survives its primary', () => {
  let patroni: Patroni;
  beforeAll(async () => void (patroni = parse(await read('patroni.yml')) as Patroni));

  it('let commits wait for a standby, also if there is none', () => {
    expect(patroni.bootstrap.dcs).toMatchObject({ synchronous_mode: true, synchronous_mode_strict: true });
    expect(patroni.bootstrap.dcs.postgresql.parameters).toMatchObject({ synchronous_commit: 'on' });
  });

  it('do not let PostgreSQL recover from a crash without Patroni', () => {
    expect(patroni.bootstrap.dcs.postgresql.parameters).toMatchObject({ restart_after_crash: 'off' });
  });

  it('let a primary without etcd give up before another one is promoted', () => {
    const { ttl, loop_wait: loop, retry_timeout: retry } = patroni.bootstrap.dcs;
    expect(loop + 2 * retry).toBeLessThanOrEqual(ttl);
  });

  it('end the sessions on a node that is no primary any more', async () => {
    expect(await read('haproxy.cfg')).toMatch(/^ +default-server .*on-marked-down shutdown-sessions$/m);
  });
});
