import { type ArgumentsHost, HttpException, Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TooManyRequests } from '../../../../src/platform/access/callers/refusals.js';
import { Busy } from '../../../../src/kernel/domain/errors.js';
import { AllowedMethods } from '../../../../src/platform/http/protocol/allowed-methods.js';
import { ProblemFilter } from '../../../../src/platform/http/protocol/problem.filter.js';

/** Refusals in a second that are answered at once. */
const AT_ONCE = 500;

let filter: ProblemFilter;
let sent: { status: number; body: unknown }[];
let logged: unknown[];
let raw: { headersSent: boolean; destroy: jest.Mock };
let request: object;
beforeEach(() => {
  jest.useFakeTimers();
  filter = new ProblemFilter(new AllowedMethods());
  sent = [];
  logged = [];
  raw = { headersSent: false, destroy: jest.fn() };
  request = {
    is404: false,
    url: '/v1/shelves',
    method: 'POST',
    routeOptions: {},
    raw: { complete: true, headers: {} },
  };
  jest.spyOn(Logger.prototype, 'error').mockImplementation((words) => void logged.push(words));
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

/** A reply that notes what is sent. */
function reply(): object {
  let status = 0;
  const itself = {
    raw,
    code: (given: number) => {
      status = given;
      return itself;
    },
    headers: () => itself,
    header: () => itself,
    send: (body: Buffer) => void sent.push({ status, body: JSON.parse(body.toString()) }),
  };
  return itself;
}

const meet = (error: unknown) =>
  filter.catch(error, {
    switchToHttp: () => ({ getRequest: () => request, getResponse: reply }),
  } as unknown as ArgumentsHost);
const meetOften = (times: number, error: unknown) => {
  for (let n = 0; n < times; n++) meet(error);
};

describe('An error', () => {
  it('that is our own fault is logged, whatever was thrown', () => {
    const error = new Error('secret');
    const withoutStack = Object.assign(new Error('secret'), { stack: undefined });
    for (const thrown of [error, withoutStack, 'words', null]) meet(thrown);

    expect(sent.map(({ status }) => status)).toEqual([500, 500, 500, 500]);
    expect(logged).toEqual([error.stack, withoutStack, 'words', null]);
  });

  it('that is not our fault is not logged', () => {
    meet(new HttpException('no', 404));
    meet(new Busy('Wait.'));
    expect(sent).toMatchObject([{ status: 404 }, { status: 503 }]);
    expect(logged).toEqual([]);
  });

  it('on an unknown path gets 404', () => {
    request = { ...request, is404: true };
    meet(new Error('of the body'));
    expect(sent).toMatchObject([{ status: 404 }]);
  });

  it('in the middle of an answer cuts the answer off', () => {
    raw.headersSent = true;
    meet(new Error('late'));
    expect(raw.destroy).toHaveBeenCalledTimes(1);
    expect(sent).toEqual([]);
  });

  it('before the request is complete does not close the connection at once', () => {
    const destroySoon = jest.fn();
    const socket = { destroySoon, end: jest.fn(), destroy: jest.fn() };
    request = { ...request, raw: { complete: false, headers: {}, socket } };
    meet(new HttpException('no', 413));
    socket.destroySoon();
    expect(destroySoon).not.toHaveBeenCalled();
    expect(socket.end).toHaveBeenCalledTimes(1);
  });
});

describe('Refusals of a busy service', () => {
  it('are delayed if there are many', () => {
    meetOften(AT_ONCE + 1, new Busy('Wait.'));
    expect(sent).toHaveLength(AT_ONCE);
    jest.advanceTimersByTime(1_500);
    expect(sent).toHaveLength(AT_ONCE + 1);
  });

  it.each([
    ['that tell nobody when to come back', new HttpException('no', 503)],
    ['of calls that are too many', new TooManyRequests(30)],
  ])('are never delayed if they are for another reason: %s', (_, error) => {
    meetOften(AT_ONCE, new Busy('Wait.'));
    meetOften(AT_ONCE + 1, error);
    expect(sent).toHaveLength(2 * AT_ONCE + 1);
  });
});
