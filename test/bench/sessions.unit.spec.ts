import { describe, expect, it } from '@jest/globals';
import type { Look } from '../../tools/bench/look.js';
import { summed } from '../../tools/bench/sessions.js';

const look = (waits: Look['waits'], isLogLocked = false): Look => ({ waits, isLogLocked });

describe('What sessions did while they were looked at', () => {
  it('is named after what PostgreSQL says they wait for', () => {
    const waits = {
      'Lock:transactionid': 2,
      'Lock:tuple': 1,
      'Lock:advisory': 1,
      'IO:WalSync': 1,
      'LWLock:WALWrite': 1,
      'Client:ClientRead': 5,
      '': 4,
      'LWLock:BufferContent': 1,
    };

    const { shares } = summed([look({ ...waits, 'IO:DataFileExtend': 4 })]);

    expect(shares).toEqual({
      'wait for a row': 15,
      'wait for the lock of the log': 5,
      'flush the WAL': 10,
      'wait for the service': 25,
      work: 20,
      'wait for something else': 25,
    });
  });

  it('is a share of the sessions, and of the looks in which any session did so', () => {
    const { sessions, shares, looks } = summed([
      look({ '': 2, 'Lock:tuple': 2 }),
      look({ '': 1 }),
      look({}),
      look({}),
    ]);

    expect(sessions).toBe(1.25);
    expect(shares).toMatchObject({ work: 60, 'wait for a row': 40 });
    expect(looks).toMatchObject({ work: 50, 'wait for a row': 25, 'flush the WAL': 0 });
  });

  it('says for how much of the time the log was locked', () => {
    expect(summed([look({}, true), look({}), look({}, true), look({}, true)]).logLocked).toBe(75);
  });

  it('is nothing if no session had a transaction', () => {
    const { sessions, shares } = summed([look({})]);

    expect(sessions).toBe(0);
    expect(Object.values(shares)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
