import { readdirSync } from 'node:fs';
import tseslint from 'typescript-eslint';
import { BENEATH } from './beneath.js';

/**
 * What `.dependency-cruiser.js` cannot see, because nothing is imported: things that are reached by a name in a text,
 * and what a file does with what every file has. Each message says why, and what to do instead; planted violations
 * stand in `test/architecture/planted-names.ts`.
 */
const text = ':matches(Literal[value=/./], TemplateLiteral)';

const everywhere = [
  ...[
    `CallExpression[callee.name=/^(?:Inject\\w*|get\\w+Token)$/] > ${text}.arguments`,
    `CallExpression[callee.property.name=/^(?:get|resolve)$/]:matches([callee.object.name=/^(?:app|context|module)/i], [callee.object.property.name=/^(?:app|context|module)/i]) > ${text}.arguments`,
    `Property[key.name='provide'] > ${text}.value`,
    `Property[key.name='inject'] > ArrayExpression > ${text}`,
    "CallExpression[callee.object.name='Symbol'][callee.property.name='for']",
  ].map((selector) => ({
    selector,
    message:
      'A token that is a text can be asked for from anywhere, past every boundary. Instead: let the file that owns the ' +
      'thing export its class or a Symbol, and import that.',
  })),
  {
    selector:
      "ImportDeclaration[source.value='@nestjs/core'] > ImportSpecifier[imported.name=/^(?:ModuleRef|ModulesContainer|LazyModuleLoader)$/]",
    message:
      'Whoever holds the container can take anything out of any module. Instead: ask for what you need in the ' +
      'constructor; what another feature does is asked for over its events.',
  },
  ...[
    `CallExpression[callee.property.name=/^(?:getRepository|getTreeRepository|getMetadata)$/] > ${text}.arguments`,
    `Property[key.name='target'] > ${text}.value`,
  ].map((selector) => ({
    selector,
    message:
      "An entity that is named by a text may be another feature's. Instead: import the EntitySchema of your own " +
      'feature; across features there is a reference as plain data, and no relation.',
  })),
  ...[
    'ImportExpression > :not(Literal).source',
    "CallExpression[callee.name='eval']",
    "NewExpression[callee.name='Function']",
  ].map((selector) => ({
    selector,
    message:
      'What is put together at run time is loaded unseen by types and boundaries. Instead: import it by its path.',
  })),
];

const inAFeature = [
  {
    selector:
      "ImportDeclaration[source.value='@nestjs/core'] > ImportSpecifier[imported.name='DiscoveryService']",
    message:
      "Who discovers providers finds those of all features. Instead: mark yours with the kernel's decorator, such as " +
      '@Subscription, and let the kernel find them.',
  },
  {
    selector: 'MetaProperty',
    message:
      'A path made from import.meta reaches files that nobody has imported. Instead: import the file, or read ' +
      'settings in the settings folder of the feature.',
  },
  ...[
    "TSInterfaceHeritage[expression.name='DomainEvent']",
    "TSIntersectionType > TSTypeReference[typeName.name='DomainEvent']",
  ].map((selector) => ({
    selector,
    message:
      'An event that is not in the contract has no owner, no snapshot and no version that anyone keeps. Instead: publish ' +
      'it in <feature>.contract.ts.',
  })),
];

/** The contract is where events are published, and where nothing but types is. */
const inAContract = [
  ...inAFeature.filter(({ selector }) => !selector.includes('DomainEvent')),
  ...[
    "Program > :not(:matches(ImportDeclaration[importKind='type'], ExportNamedDeclaration, TSInterfaceDeclaration, TSTypeAliasDeclaration))",
    'ExportNamedDeclaration > :not(:matches(TSInterfaceDeclaration, TSTypeAliasDeclaration)).declaration',
    "ExportNamedDeclaration[declaration=null][exportKind!='type']",
  ].map((selector) => ({
    selector,
    message:
      'A contract that has code in it runs in every feature that imports it, and can only change with all of them. ' +
      'Instead: keep interfaces and types here, imported with `import type`, and the code in the feature.',
  })),
];

const inADomain = [
  "NewExpression[callee.name='Date'][arguments.length=0]",
  "CallExpression[callee.object.name='Date'][callee.property.name='now']",
  "CallExpression[callee.object.name='Math'][callee.property.name='random']",
  'CallExpression[callee.name=/^(?:setTimeout|setInterval|setImmediate|queueMicrotask|fetch)$/]',
  'MemberExpression[object.name=/^(?:process|console|globalThis|crypto|performance)$/]',
].map((selector) => ({
  selector,
  message:
    'A rule that looks at the clock, at chance or at the outside cannot be run again, and is run again. Instead: take ' +
    'times, ids and answers as arguments; the handler has them.',
}));

/** Statements that name a table of a schema, and schemas of entities. */
function foreignSchemas(owner, others) {
  const name = `"?(?:${others.join('|')})"?\\s*\\.\\s*"?[a-z_]`;
  const inSql = `/\\b(?:from|join|into|update|table|references|only|on)\\s+${name}/i`;
  const message =
    `The tables of ${others.join(', ')} are not ${owner}'s: its owners may change them any day, and the database role of ` +
    `${owner} may not see them. Instead: hear the events of that feature, and keep what you need in a table of your own.`;
  return [
    { selector: `Literal[value=${inSql}]`, message },
    { selector: `TemplateElement[value.raw=${inSql}]`, message },
    {
      selector: `CallExpression[callee.property.name=/from$|into$|update$|join/i] > Literal[value=/^${name}/i].arguments`,
      message,
    },
    { selector: `Property[key.name='schema'] > Literal[value=/^(?:${others.join('|')})$/].value`, message },
  ];
}

const found = readdirSync(new URL('../../src', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !BENEATH.includes(entry.name))
  .map(({ name }) => name);

/**
 * Blocks of ESLint's configuration. Of those that fit a file the last one counts, whole.
 * @param features the folders of `src` other than those that they stand on
 */
export function boundaries(features = found) {
  const block = (files, ...rules) => ({
    files,
    rules: { 'no-restricted-syntax': ['error', ...rules.flat()] },
  });
  const ofKernel = foreignSchemas('the kernel', features);
  return [
    block(['src/*.ts'], everywhere, ofKernel),
    block([`src/{${BENEATH.join(',')}}/**/*.ts`], everywhere, ofKernel),
    block(['src/{kernel/domain,vocabulary}/**/*.ts'], everywhere, ofKernel, inADomain),
    ...features.flatMap((feature) => {
      const others = features.filter((other) => other !== feature);
      const everyFile = [...everywhere, ...foreignSchemas(feature, others)];
      return [
        block([`src/${feature}/**/*.ts`], everyFile, inAFeature),
        block([`src/${feature}/{domain,upcasters}/**/*.ts`], everyFile, inAFeature, inADomain),
        block([`src/${feature}/contract/*.contract.ts`], everyFile, inAContract),
      ];
    }),
    {
      // It finds the programs of PostgreSQL by the platform.
      files: ['src/platform/embedded-postgres/postgres-binaries.ts'],
      rules: { 'no-restricted-syntax': 'off' },
    },
  ];
}

/** What `npm run boundaries` looks for, beside what dependency-cruiser does. */
export default [{ files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } }, ...boundaries()];
