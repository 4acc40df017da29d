import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { SCOPES } from '../../src/scopes.js';
import { addressList } from '../../src/platform/config/limit-settings.js';
import { parse, parseAllDocuments } from 'yaml';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFile(join(ROOT, path), 'utf8');

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}
interface Container {
  readonly image: string;
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe: Probe;
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
  readonly volumeMounts: readonly { readonly mountPath: string }[];
}
interface Manifest {
  readonly kind: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly spec: {
    readonly selector: { readonly matchLabels: object };
    readonly template: {
      readonly metadata: { readonly labels: object };
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly containers: readonly [Container];
      };
    };
  };
}
interface Compose {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly environment?: object;
        readonly depends_on?: object;
        readonly volumes?: string[];
        readonly networks?: { readonly default: { readonly ipv4_address: string } };
      }
    >
  >;
  readonly networks: {
    readonly default: { readonly ipam: { readonly config: readonly [{ readonly subnet: string }] } };
  };
  readonly volumes: object;
}

let settings: string[];
let dockerfile: string;
let compose: Compose;
let balancer: string;
let machines: string;
let manifests: Manifest[];
const manifest = (kind: string) => manifests.find((each) => each.kind === kind)!;

beforeAll(async () => {
  settings = [...(await read('.env.example')).matchAll(/^(?:# )?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name!);
  dockerfile = await read('deploy/Dockerfile');
  compose = parse(await read('deploy/compose.yaml'), { merge: true }) as Compose;
  balancer = await read('deploy/haproxy.cfg');
  machines = await read('infra/machines/main.tf');
  const files = ['deploy/kubernetes/earmark.yaml', 'deploy/kubernetes/secret.example.yaml'];
  const texts = await Promise.all(files.map(read));
  manifests = texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as Manifest));
});

/** What else is set there: of Node, and of HAProxy. */
const NOT_OURS = ['NODE_ENV', 'PRIMARY_BIND', 'REPLICAS_BIND'];

describe('The deployment files', () => {
  it('set only settings that the service knows', () => {
    const ofImage = [...dockerfile.matchAll(/([A-Z_]+)=\S+/g)].map(([, name]) => name!);
    const set = [
      ...ofImage,
      ...Object.keys(compose.services['earmark-1']!.environment!),
      ...Object.keys(manifest('ConfigMap').data!),
      ...Object.keys(manifest('Secret').stringData!),
      ...[...machines.matchAll(/^ +([A-Z_]+) += "/gm)].map(([, name]) => name!),
    ];
    expect(set).toEqual(expect.arrayContaining(['HOST', 'DATA_DIR', 'DATABASE_URL', 'DRAIN_SECONDS']));
    expect(set.filter((name) => !settings.includes(name) && !NOT_OURS.includes(name))).toEqual([]);
  });

  it('probe the paths at which the service reports its health', async () => {
    const { startupProbe, readinessProbe, livenessProbe } =
      manifest('Deployment').spec.template.spec.containers[0];
    const { paths } = JSON.parse(await read('docs/openapi.json')) as { paths: object };
    const asked = [
      ...[startupProbe, readinessProbe, livenessProbe].map(({ httpGet }) => httpGet.path),
      /uri (\S+)/.exec(balancer)![1]!,
      /\/health\/\w+/.exec(dockerfile)![0],
    ];
    expect(asked).toEqual([
      '/health/ready',
      '/health/ready',
      '/health/live',
      '/health/ready',
      '/health/live',
    ]);
    expect(asked.filter((path) => !(path in paths))).toEqual([]);
  });

  it('copy into the image only files that exist and are not ignored', async () => {
    const ignored = await read('deploy/Dockerfile.dockerignore');
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files]) =>
      files!.split(' '),
    );
    expect(copied).toContain('migrations');
    for (const file of copied) {
      await expect(access(join(ROOT, file))).resolves.toBeUndefined();
      expect(ignored).toContain(`!${file}\n`);
    }
  });

  it('start in the image what `npm start` starts', async () => {
    const { scripts } = JSON.parse(await read('package.json')) as { scripts: { start: string } };
    const command = JSON.parse(/^CMD (\[.+\])$/m.exec(dockerfile)![1]!) as string[];
    // `exec` makes node get the signals that npm passes on; in the image there is no shell. And nothing to build.
    const built = scripts.start.replace('tools/start/start.js main', 'dist/src/main.js');
    expect(`exec ${command.join(' ')}`).toBe(built);
  });

  it('reach the service at the port on which it listens', () => {
    expect(dockerfile).toMatch(/PORT=3000\b/);
    const [container] = manifest('Deployment').spec.template.spec.containers;
    expect(container.ports).toEqual([
      { name: 'http', containerPort: 3000 },
      { name: 'health', containerPort: 3001 },
    ]);
    const servers = [...balancer.matchAll(/^ {2}server \S+ (\S+):3000$/gm)].map(([, name]) => name);
    expect(servers).toEqual(Object.keys(compose.services).filter((name) => name.startsWith('earmark-')));
  });

  it('probe the health at a port with connections of its own', () => {
    expect(dockerfile).toMatch(/HEALTH_PORT=3001\b/);
    expect(dockerfile).toContain("process.env.HEALTH_PORT + '/health/live'");
    expect(manifest('ConfigMap').data!.HEALTH_PORT).toBe('3001');
    const { startupProbe, readinessProbe, livenessProbe } =
      manifest('Deployment').spec.template.spec.containers[0];
    const ports = [startupProbe, readinessProbe, livenessProbe].map(({ httpGet }) => httpGet.port);
    expect(ports).toEqual(['health', 'health', 'health']);
    expect(balancer).toMatch(/^ {2}default-server check port 3001 /m);
  });

  it("trust only the load balancer to name the caller's address", () => {
    const { services, networks } = compose;
    const address = services.balancer!.networks!.default.ipv4_address;
    const [{ subnet }] = networks.default.ipam.config;
    const { TRUSTED_PROXIES: trusted } = services['earmark-1']!.environment as Record<string, string>;
    expect(trusted).toBe(address);
    expect(addressList([subnet])(address)).toBe(true);
    expect(balancer).toMatch(/^ {2}http-request set-header X-Forwarded-For %\[src\]$/m);
  });

  it('leave the service time to drain before it is killed', () => {
    const { terminationGracePeriodSeconds } = manifest('Deployment').spec.template.spec;
    expect(terminationGracePeriodSeconds).toBeGreaterThan(
      Number(manifest('ConfigMap').data!.DRAIN_SECONDS) + 30,
    );
  });

  it('name only services and volumes that exist', () => {
    for (const { depends_on: needed = {}, volumes = [] } of Object.values(compose.services)) {
      const names = Array.isArray(needed) ? (needed as string[]) : Object.keys(needed);
      expect(names.filter((name) => !(name in compose.services))).toEqual([]);
      const named = volumes.map((volume) => volume.split(':', 1)[0]!).filter((name) => !name.startsWith('.'));
      expect(named.filter((name) => !(name in compose.volumes))).toEqual([]);
    }
    const { selector, template } = manifest('Deployment').spec;
    expect(template.metadata.labels).toEqual(selector.matchLabels);
  });
});

describe('The scopes', () => {
  it('are all listed in the documentation, and no others', async () => {
    const page = await read('docs/operations.md');
    const table = page.slice(page.indexOf('### Scopes'), page.indexOf('### API keys'));
    const listed = [...table.matchAll(/^\| `([\w:]+)` \|/gm)].map(([, scope]) => scope);
    expect(listed.toSorted()).toEqual([...SCOPES].sort());
  });

  it.each(['.env.example', 'deploy/README.md', 'docs/operations.md'])(
    'that an example of %s gives to a key exist',
    async (path) => {
      const given = [...(await read(path)).matchAll(/--scopes[", ]+([\w:,]+)/g)].flatMap(([, list]) =>
        list!.split(','),
      );
      expect(given.length).toBeGreaterThan(0);
      expect(given.filter((scope) => !SCOPES.some((known) => known === scope))).toEqual([]);
    },
  );
});
