import { execFileSync } from 'node:child_process';
import { succeeds } from './cluster-programs.js';
import { clearAtExit, signalTo } from './processes.js';

/** Addresses for tests of networks (RFC 2544), which nobody routes. */
const SUBNET = '198.18.57';
const BRIDGE = 'earmark-chaos';

/** The network of the nodes of a database cluster: each has an address of its own, and may be cut off. */
export interface NodeNetwork {
  /** @param node from 1 */
  addressOf(node: number): string;
  /** Words before the command line of a program that runs on the node. */
  prefixOf(node: number): string[];
  /** False if nothing can be cut off here. */
  setLink(node: number, isUp: boolean): Promise<boolean>;
  remove(): void;
}

/**
 * Network namespaces on one bridge, if we may make them (as root, on Linux). Otherwise addresses of the loopback interface,
 * which cannot be cut off.
 */
export async function makeNetwork(nodes: number): Promise<NodeNetwork> {
  const network = new Namespaces(nodes);
  // What a run has left that was killed; two at a time would share addresses anyway.
  network.remove();
  if (await network.make()) return network;
  network.remove();
  process.stdout.write('No network namespaces can be made here: no node is cut off.\n');
  return {
    addressOf: (node) => `127.0.57.${10 + node}`,
    prefixOf: () => [],
    setLink: () => Promise.resolve(false),
    remove: () => undefined,
  };
}

class Namespaces implements NodeNetwork {
  readonly #nodes: readonly number[];
  #cleared: () => void = () => undefined;

  constructor(nodes: number) {
    this.#nodes = Array.from({ length: nodes }, (_, i) => i + 1);
  }

  async make(): Promise<boolean> {
    this.#cleared = clearAtExit(() => this.remove());
    const ip = async (words: string) => succeeds('ip', ...words.split(' '));
    if (!(await ip(`link add ${BRIDGE} type bridge`))) return false;
    const steps = [`addr add ${SUBNET}.1/24 dev ${BRIDGE}`, `link set ${BRIDGE} up`];
    for (const node of this.#nodes) {
      const space = spaceOf(node);
      steps.push(
        `netns add ${space}`,
        `link add ${linkOf(node)} type veth peer name eth0 netns ${space}`,
        `link set ${linkOf(node)} master ${BRIDGE} up`,
        `-n ${space} addr add ${this.addressOf(node)}/24 dev eth0`,
        `-n ${space} link set eth0 up`,
        `-n ${space} link set lo up`,
      );
    }
    for (const step of steps) if (!(await ip(step))) return false;
    return true;
  }

  addressOf(node: number): string {
    return `${SUBNET}.${10 + node}`;
  }

  prefixOf(node: number): string[] {
    return ['ip', 'netns', 'exec', spaceOf(node)];
  }

  setLink(node: number, isUp: boolean): Promise<boolean> {
    return succeeds('ip', 'link', 'set', linkOf(node), isUp ? 'up' : 'down');
  }

  /** Synchronously, since this process may be about to end. */
  remove(): void {
    this.#cleared();
    const ip = (...words: string[]) => {
      try {
        return execFileSync('ip', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      } catch {
        // It was not made.
        return '';
      }
    };
    for (const node of this.#nodes) {
      // A process that is left would keep its end of the link.
      for (const pid of ip('netns', 'pids', spaceOf(node)).split('\n').filter(Boolean))
        signalTo(Number(pid), 'SIGKILL');
      ip('netns', 'del', spaceOf(node));
      ip('link', 'del', linkOf(node));
    }
    ip('link', 'del', BRIDGE);
  }
}

const spaceOf = (node: number) => `${BRIDGE}-${node}`;
/** A name of an interface has 15 characters at most. */
const linkOf = (node: number) => `emk-chaos-${node}`;
