import { AsyncLocalStorage } from 'node:async_hooks';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import vm from 'node:vm';
import { LegacyFakeTimers, ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';
import { installCommonGlobals } from 'jest-util';

/** What a context has by itself, or gets from Jest. */
const OWN = new Set(['global', 'globalThis', 'process', 'console']);
/** Classes of what Node's own modules return: specs compare with these. */
const SHARED = ['Buffer', 'ArrayBuffer', 'Uint8Array'];
const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];

/**
 * Jest's environment for Node, in less time. Each spec file has a context of its own, but:
 * - what `bundled-packages.mjs` has bundled is compiled once in each worker, and only run anew in each context;
 * - the context is an ordinary one. Jest puts a proxy behind the global object of its own, which makes `Promise` and `Object`
 *   take a hundred times as long to find.
 */
export default class Environment {
  #packages;
  #modules = new Map();

  constructor({ projectConfig }) {
    this.#packages = projectConfig.testEnvironmentOptions.packages;
    this.context = vm.createContext(vm.constants.DONT_CONTEXTIFY);
    this.global = vm.runInContext('globalThis', this.context);
    shareGlobals(this.global);
    this.global[Symbol.for('bundled packages')] = (file, require) => this.#load(file, require);
    installCommonGlobals(this.global, projectConfig.globals, 'off');
    // As Jest has it: ten lines are few to find what failed.
    this.global.Error.stackTraceLimit = 100;
    this.moduleMocker = new ModuleMocker(this.global);
    const timers = { config: projectConfig, global: this.global };
    this.fakeTimersModern = new ModernFakeTimers(timers);
    // Nobody uses these, but Jest asks for them.
    const timerConfig = { idToRef: (id) => id, refToId: (id) => id };
    this.fakeTimers = new LegacyFakeTimers({ ...timers, moduleMocker: this.moduleMocker, timerConfig });
  }

  /** @param require of Jest, for what is not bundled */
  #load(file, require) {
    const known = this.#modules.get(file);
    if (known) return known.exports;
    const module = { exports: this.global.Object() };
    this.#modules.set(file, module);
    const path = join(this.#packages, file);
    const script = scripts.get(path) ?? compile(path, PARAMETERS, readFileSync(path, 'utf8'));
    const requireWithin = (id) => (id.startsWith('./') ? this.#load(id.slice(2), require) : require(id));
    script.runInContext(this.context)(module.exports, requireWithin, module, path, this.#packages);
    return module.exports;
  }

  async setup() {}

  async teardown() {
    this.fakeTimers.dispose();
    this.fakeTimersModern.dispose();
    this.#modules.clear();
    for (const storage of storages) storage.disable();
    storages.clear();
    this.context = null;
    this.global = null;
  }

  getVmContext() {
    return this.context;
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }
}

/**
 * The storages that the spec uses. Until one is disabled, Node looks at it whenever a promise is made, and keeps all that the spec
 * has loaded.
 */
const storages = new Set();
for (const method of ['run', 'enterWith']) {
  const original = AsyncLocalStorage.prototype[method];
  AsyncLocalStorage.prototype[method] = function (...parameters) {
    storages.add(this);
    return original.apply(this, parameters);
  };
}

function shareGlobals(global) {
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(globalThis)))
    if (!OWN.has(name) && !Object.hasOwn(global, name))
      Object.defineProperty(global, name, 'value' in descriptor ? descriptor : onDemand(global, name));
  for (const name of SHARED) global[name] = globalThis[name];
  global.global = global;
}

/** Node loads some of its globals when they are read first. */
const onDemand = (global, name) => ({
  configurable: true,
  enumerable: true,
  get: () => globalThis[name],
  set: (value) =>
    Object.defineProperty(global, name, { configurable: true, enumerable: true, writable: true, value }),
});

/** By path. V8 keeps what it has compiled of a script, functions that were called included, and runs it in any context. */
const scripts = new Map();

function compile(path, parameters, code) {
  const script = new vm.Script(`(function (${parameters.join()}) {${code}\n})`, { filename: path });
  scripts.set(path, script);
  return script;
}
