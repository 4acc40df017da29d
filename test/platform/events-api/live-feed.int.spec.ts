import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { filterOf } from '../../../src/kernel/event-log/event-filter.js';
import { LiveFeed } from '../../../src/platform/events-api/live-feed.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import { openKernel, type Kernel } from '../../support/kernel.js';
import { append, happened } from '../../support/subscription.js';
import { Listener } from './live-feed-listener.js';

const KEEP_ALIVE_MS = 15_000;

/** What goes by the clock even while timers come when a test says so. */
const CLOCK = (
  ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const
).slice();

/** Events that are inserted by one statement. */
const MOST_AT_ONCE = 1_000;

describe('The live feed', () => {
  let database: TestDatabase;
  let kernel: Kernel;
  let feed: LiveFeed;
  let server: Server;
  /** The server's ends of all connections. */
  let sockets: Socket[];
  let timersOfKernel: number;
  let url: string;

  beforeEach(async () => {
    // Keep-alives come when a test says so; everything else goes by the clock.
    jest.useFakeTimers({ doNotFake: [...CLOCK, 'setTimeout', 'clearTimeout'] });
    database = await freshDatabase();
    kernel = await openKernel(database.url);
    timersOfKernel = jest.getTimerCount();
    feed = new LiveFeed(kernel.log, kernel.dataSource);
    sockets = [];
    server = createServer((request, response) => {
      const query = new URL(request.url!, url).searchParams;
      const [after, key, subject] = [query.get('after'), query.get('key'), query.get('subject')];
      const filter = filterOf({ key: key ?? undefined, subject: subject ?? undefined });
      feed
        .open(response, after === null ? undefined : Number(after), undefined, filter)
        .catch((error: Error) => {
          response.writeHead(503).end(error.message);
        });
    });
    server.on('connection', (socket: Socket) => sockets.push(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });

  afterEach(async () => {
    feed.beforeApplicationShutdown();
    await feed.onApplicationShutdown();
    await new Promise((resolve) => server.close(resolve));
    await kernel.close();
    await database.drop();
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  /** Many events of 4 KB each, which are no secret to any reader. */
  async function backlog(count: number, size = 4096): Promise<void> {
    // All at once would take a busy machine longer than a statement may.
    for (let left = count; left > 0; left -= MOST_AT_ONCE) {
      await kernel.dataSource.query(
        `insert into event_log.event (id, type, version, key, correlation_id, data)
         select gen_random_uuid(), 'Happened', 1, 'SKU', 'test', jsonb_build_object('text', repeat('x', $2))
           from generate_series(1, $1)`,
        [Math.min(left, MOST_AT_ONCE), size],
      );
    }
  }

  /** Asks for the feed and never reads an answer. */
  async function deafClient(after: number): Promise<Socket> {
    const socket = connect(Number(new URL(url).port), '127.0.0.1').pause();
    await once(socket, 'connect');
    socket.write(`GET /?after=${after} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    return socket;
  }

  const open = (after?: number) => Listener.open(after === undefined ? url : `${url}?after=${after}`);

  it('reads each event once, however many clients there are', async () => {
    const listeners = await Promise.all(Array.from({ length: 100 }, () => open()));
    const read = jest.spyOn(kernel.log, 'readWithSubjects');

    for (let n = 1; n <= 20; n++) {
      await append(kernel, happened('SKU'));
      await Promise.all(listeners.map((listener) => listener.heard(() => listener.messages.length === n)));
    }

    const stretches = await Promise.all(read.mock.results.map(({ value }) => value as Promise<unknown[]>));
    expect(stretches.flat()).toHaveLength(20);
    const positions = listeners[0]!.ids;
    for (const { ids } of listeners) expect(ids).toEqual(positions);
  });

  it('reads nothing while there is no client', async () => {
    const read = jest.spyOn(kernel.log, 'readWithSubjects');
    const listener = await open(0);
    await append(kernel, happened('SKU'));
    await listener.heard(() => listener.messages.length === 1);
    await listener.cutOff();
    await feed.onApplicationShutdown();
    read.mockClear();

    kernel.log.announce(new Set(['Happened']));
    await feed.onApplicationShutdown();
    expect(read).not.toHaveBeenCalled();
    expect(jest.getTimerCount()).toBe(timersOfKernel);
  });

  it('lets a lagging client catch up without delaying the others', async () => {
    await backlog(3_000);
    const [late, prompt] = await Promise.all([open(0), open()]);
    await append(kernel, happened('SKU'));

    await prompt.heard(() => prompt.messages.length === 1);
    await late.heard(() => late.messages.length === 3_001);
    expect(late.ids).toEqual(Array.from({ length: 3_001 }, (_, index) => index + 1));
    expect(prompt.ids).toEqual([3_001]);
  });

  it('serves lagging clients in rotation', async () => {
    await backlog(2_000);
    const read = jest.spyOn(kernel.log, 'readWithSubjects');
    let begin = () => undefined as void;
    const bothAreThere = new Promise<void>((resolve) => (begin = resolve));
    read.mockImplementationOnce(async () => {
      await bothAreThere;
      return [];
    });
    const [first, second] = await Promise.all([open(0), open(1_000)]);
    begin();
    await Promise.all([
      first.heard(() => first.messages.length === 2_000),
      second.heard(() => second.messages.length === 1_000),
    ]);

    const pages = read.mock.calls.map(([, after]) => after).filter((after) => after < 2_000);
    const turns = pages.map((after) => (after < 1_000 ? 'first' : 'second'));
    expect(turns.slice(0, 6)).toEqual(['first', 'second', 'first', 'second', 'first', 'second']);
  });

  it('sends events of its own instance at once, and those of others at the next poll', async () => {
    // The feed reads again only if it is woken, or if time has passed.
    jest.useFakeTimers({ doNotFake: CLOCK });
    const read = jest.spyOn(kernel.log, 'readWithSubjects');
    const listener = await open();
    await eventually('there is nothing more to do', () => read.mock.calls.length === 2);
    await Promise.all(read.mock.results.map(({ value }) => value as Promise<unknown>));
    await wait(100);
    expect(read).toHaveBeenCalledTimes(2);
    await append(kernel, happened('OURS'));
    kernel.log.announce(new Set(['Happened']));
    await listener.heard(() => listener.messages.length === 1);

    const another = await openKernel(database.url);
    await append(another, happened('THEIRS'));
    await another.close();
    await eventually('another has appended', () => {
      jest.advanceTimersByTime(100);
      return listener.messages.length === 2;
    });
    expect(listener.messages).toMatchObject([{ data: { key: 'OURS' } }, { data: { key: 'THEIRS' } }]);
  });

  it('reads on without a pause while there is more', async () => {
    // No pause ever ends.
    jest.useFakeTimers({ doNotFake: CLOCK });
    await backlog(1_000);
    const late = await open(0);
    await late.heard(() => late.messages.length === 1_000);

    await backlog(450);
    kernel.log.announce(new Set(['Happened']));
    await late.heard(() => late.messages.length === 1_450);
  });

  it('starts again for a client that comes after a time without clients', async () => {
    const first = await open();
    await first.cutOff();
    await feed.onApplicationShutdown();
    await append(kernel, happened('MISSED'));
    const second = await open();
    await append(kernel, happened('HEARD'));

    await second.heard(() => second.messages.length > 0);
    expect(second.messages).toMatchObject([{ data: { key: 'HEARD' } }]);
  });

  it('sends each client the events that it wants, without further reads at the tail', async () => {
    const wanted = { ...happened('LAMP'), subject: 'order-1' };
    const [all, ofKey, ofSubject, ofNothing] = await Promise.all(
      ['', 'key=LAMP', 'subject=order-1', 'key=NONE'].map((query) => Listener.open(`${url}?${query}`)),
    );
    const readForOne = jest.spyOn(kernel.log, 'readMatching');
    await append(
      kernel,
      happened('RUG'),
      happened('LAMP'),
      { ...happened('RUG'), subject: 'order-1' },
      wanted,
    );
    await append(kernel, happened('RUG'));
    await all!.heard(() => all!.messages.length === 5);
    await ofKey!.heard(() => ofKey!.messages.length === 2);
    await ofSubject!.heard(() => ofSubject!.messages.length === 2);

    expect([ofKey!.ids, ofSubject!.ids]).toEqual([
      [2, 4],
      [3, 4],
    ]);
    expect(ofSubject!.messages[1]?.data).toEqual(all!.messages[3]?.data);
    expect(ofSubject!.messages[1]?.data).not.toHaveProperty('subject');
    await eventually('a keep-alive has its position', () => {
      jest.advanceTimersByTime(KEEP_ALIVE_MS);
      return ofNothing!.lastEventId === '5';
    });
    expect(ofNothing!.messages).toEqual([]);
    expect(readForOne).not.toHaveBeenCalled();
  });

  it('reads what a lagging client wants, and moves it on over what it does not want', async () => {
    await backlog(25_000, 1);
    await append(kernel, happened('LAMP'));
    const readAll = jest.spyOn(kernel.log, 'readWithSubjects');
    const late = await Listener.open(`${url}?after=0&key=LAMP`);
    await late.heard(() => late.messages.length === 1);
    expect(late.ids).toEqual([25_001]);
    expect(readAll.mock.calls.every(([, after]) => after === 25_001)).toBe(true);

    const none = await Listener.open(`${url}?after=0&key=NONE`);
    await none.heard(() => none.lastEventId === '20000');
    await eventually('a keep-alive has its position', () => {
      jest.advanceTimersByTime(KEEP_ALIVE_MS);
      return none.lastEventId === '25001';
    });
    expect(none.messages).toEqual([]);
  });

  it('ends with the position of a client that wanted none of the last events', async () => {
    const listener = await Listener.open(`${url}?after=0&key=NONE`);
    const other = await open(0);
    await append(kernel, happened('SKU'));
    await other.heard(() => other.messages.length === 1);
    feed.beforeApplicationShutdown();
    expect(await listener.over).toBe('ended');
    expect([listener.messages, listener.lastEventId]).toEqual([[], '1']);
  });

  it('rejects a client that is ahead of the log', async () => {
    expect((await open(2)).status).toBe(503);
    await append(kernel, happened('A'), happened('B'));
    expect((await open(2)).status).toBe(200);
  });

  it('disconnects only those clients that are ahead of a restored backup', async () => {
    await append(kernel, happened('A'), happened('B'), happened('C'));
    const deaf = await open(0);
    await deaf.heard(() => deaf.messages.length === 3);
    await kernel.dataSource.query('delete from event_log.event where position > 1');
    expect(await deaf.over).toBe('ended');

    const other = await open(1);
    await append(kernel, happened('D'));
    await other.heard(() => other.messages.length > 0);
    expect(other.messages).toMatchObject([{ data: { key: 'D' } }]);
  });

  it('rejects a client that would miss pruned events', async () => {
    await append(kernel, happened('A'), happened('B'), happened('C'));
    await kernel.dataSource.query('update event_log.pruned set up_to = 2');
    expect((await open(1)).status).toBe(503);

    const listener = await open(2);
    await listener.heard(() => listener.messages.length > 0);
    expect(listener.ids).toEqual([3]);
  });

  it('ends all feeds when the service stops, and rejects new ones', async () => {
    const listener = await open();
    feed.beforeApplicationShutdown();
    expect(await listener.over).toBe('ended');
    expect((await open()).status).toBe(503);
    await feed.onApplicationShutdown();
    expect(jest.getTimerCount()).toBe(timersOfKernel);
  });

  it('keeps an idle connection alive by a comment every 15 seconds', async () => {
    const listener = await open();
    for (let n = 1; n <= 3; n++) {
      jest.advanceTimersByTime(KEEP_ALIVE_MS);
      await listener.heard(() => listener.comments === n);
    }
    jest.advanceTimersByTime(KEEP_ALIVE_MS - 1);
    await append(kernel, happened('SKU'));
    await listener.heard(() => listener.messages.length === 1);
    expect(listener.comments).toBe(3);
  });

  it('buffers little for a client that does not read, and disconnects it', async () => {
    // Sixty megabytes: more than the operating system takes for a connection.
    await backlog(15_000);
    const head = await kernel.log.head(kernel.dataSource.manager);
    const read = jest.spyOn(kernel.log, 'readWithSubjects');
    const deaf = await deafClient(0);
    const gone = once(deaf, 'close');
    const [onServer] = await eventually('the feed has begun', () => sockets.length > 0 && sockets);
    await eventually('nothing more is read for it', async () => {
      const reads = read.mock.calls.length;
      await eventually('the log was looked at again', () => read.mock.calls.length > reads + 2);
      return read.mock.calls.slice(reads).every(([, after]) => after >= head);
    });
    // A page and what surrounds it.
    expect(onServer!.writableLength).toBeLessThan(1_000_000);

    const listener = await open();
    jest.advanceTimersByTime(KEEP_ALIVE_MS);
    await listener.heard(() => listener.comments === 1);
    expect(onServer!.destroyed).toBe(false);
    jest.advanceTimersByTime(KEEP_ALIVE_MS);
    expect(onServer!.destroyed).toBe(true);

    await append(kernel, happened('SKU'));
    await listener.heard(() => listener.messages.length === 1);
    deaf.destroy();
    await gone;
  });

  it('keeps a slow client connected', async () => {
    await backlog(15_000);
    const slow = await deafClient(0);
    const [onServer] = await eventually('the feed has begun', () => sockets.length > 0 && sockets);
    for (let round = 0; round < 5; round++) {
      await eventually('it has more than it takes', () => onServer!.writableNeedDrain);
      jest.advanceTimersByTime(KEEP_ALIVE_MS);
      const drained = once(onServer!, 'drain');
      slow.resume();
      await drained;
      slow.pause();
      expect(onServer!.destroyed).toBe(false);
    }
    slow.destroy();
  });

  it('forgets a client that disconnects while the head of the log is read', async () => {
    const asked = jest.spyOn(kernel.log, 'head');
    let answer: (head: number) => void = () => undefined;
    asked.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await eventually('the head is asked for', () => asked.mock.calls.length === 1);
    socket.destroy();
    await eventually('the server has noticed', () => sockets[0]!.destroyed);

    answer(0);
    await new Promise((resolve) => setImmediate(resolve));
    // A client that is kept makes the feed read the head.
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('forgets two requests over one connection that is lost', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('GET /?after=0 HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(3));
    await once(socket, 'data');
    socket.destroy();
    // Ends once nobody listens any more.
    await eventually('the server has noticed', () => sockets[0]!.destroyed);
    await feed.onApplicationShutdown();
    expect(jest.getTimerCount()).toBe(timersOfKernel);
  });

  it('stays open while the database is away, and continues when it is back', async () => {
    const listener = await open();
    const { pathname } = new URL(database.url);
    const operator = new pg.Client({ connectionString: database.url.replace(pathname, '/postgres') });
    await operator.connect();
    const name = pathname.slice(1);
    const failed = jest.spyOn(kernel.log, 'readWithSubjects');
    const logged = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    await operator.query(`alter database ${name} allow_connections false`);
    await operator.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
    await eventually('the feed has noticed several times', async () => {
      const outcomes = await Promise.allSettled(
        failed.mock.results.map(({ value }) => value as Promise<unknown>),
      );
      return outcomes.filter(({ status }) => status === 'rejected').length >= 5;
    });
    jest.advanceTimersByTime(KEEP_ALIVE_MS);
    await listener.heard(() => listener.comments === 1);

    await operator.query(`alter database ${name} allow_connections true`);
    await operator.end();
    await append(kernel, happened('SKU'));
    await listener.heard(() => listener.messages.length === 1);
    expect(listener.messages).toMatchObject([{ event: 'Happened', data: { key: 'SKU' } }]);
    expect(logged).toHaveBeenCalledTimes(1);
  });

  it('logs no failure that passes at once, however often it comes', async () => {
    const logged = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const read = jest.spyOn(kernel.log, 'readWithSubjects');
    const listener = await open();
    for (let n = 1; n <= 3; n++) {
      for (let failures = 0; failures < 3; failures++) read.mockRejectedValueOnce(new Error('away'));
      await append(kernel, happened('SKU'));
      await listener.heard(() => listener.messages.length === n);
    }
    expect(logged).not.toHaveBeenCalled();
  });

  it('takes a thousand clients, and rejects further ones for now', async () => {
    const listeners = await Promise.all(Array.from({ length: 1_000 }, () => open(0)));
    expect((await open(0)).status).toBe(503);

    await append(kernel, happened('SKU'));
    await Promise.all(listeners.map((listener) => listener.heard(() => listener.messages.length === 1)));
    await listeners[0]!.cutOff();
    await eventually('there is room for one', async () => {
      return (await open(0)).status === 200;
    });
  });
});
