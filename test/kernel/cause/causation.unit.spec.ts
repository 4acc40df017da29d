import { userInfo } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { LOOPBACK, processActor, unnamedActor } from '../../../src/kernel/cause/actor.js';
import { currentCause, runCausedBy, serviceCause } from '../../../src/kernel/cause/causation.js';

describe('The cause of what a process does by itself', () => {
  it('begins a chain of its own each time, and names the user that runs the process', () => {
    const causes = [serviceCause(), serviceCause()];

    for (const cause of causes) {
      expect(cause).toEqual({
        actorKind: 'service',
        correlationId: expect.stringMatching(/^[\da-f-]{36}$/),
        causationId: null,
        actor: userInfo().username,
      });
    }
    expect(causes[0]!.correlationId).not.toBe(causes[1]!.correlationId);
  });
});

describe('The cause of the current work', () => {
  it('has the actor that it was given, also after a wait', async () => {
    const cause = { ...serviceCause(), actor: 'web-shop' };
    const current = await runCausedBy(cause, async () => {
      await Promise.resolve();
      return currentCause();
    });

    expect(current).toBe(cause);
  });

  it('names nobody if the work has none', () => {
    expect(currentCause()).toEqual({ correlationId: expect.any(String), causationId: null });
  });
});

describe('The actor of a cause that names nobody', () => {
  it('is any caller on this machine on the server, and the operator at the command line', () => {
    expect(unnamedActor('server')).toEqual(LOOPBACK);
    expect(unnamedActor('cli')).toEqual({ kind: 'operator', name: userInfo().username });
    expect(unnamedActor('cli')).toEqual(processActor());
  });
});
