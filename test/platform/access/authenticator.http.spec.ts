import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Authenticator, TRUSTED_FOR_MS } from '../../../src/platform/access/authenticator.js';
import { hashOf, newApiKey, formatApiKey } from '../../../src/platform/access/keys/api-key.js';
import type { Caller, Scope } from '../../../src/platform/access/callers/caller.js';
import type { StoredKey } from '../../../src/platform/access/keys/keys.js';
import { Forbidden, Unauthenticated } from '../../../src/platform/access/callers/refusals.js';
import { requireLoopbackUntilSecured } from '../../../src/platform/access/loopback-only.js';
import { Busy } from '../../../src/kernel/domain/errors.js';

const SCOPES: readonly Scope[] = ['read', 'shelves:write', 'admin'];

/** A key, how a call brings it, and how it is stored. */
function keyWith(...scopes: Scope[]) {
  const key = newApiKey();
  const stored: StoredKey = {
    id: key.id,
    name: `key ${key.id}`,
    hash: hashOf(key.secret),
    scopes,
    isRevoked: false,
  };
  return { key, header: `Bearer ${formatApiKey(key)}`, stored, revoked: { ...stored, isRevoked: true } };
}

let access: Authenticator;
beforeEach(() => {
  access = new Authenticator();
});

/** Why a call may not be made; undefined where it may. */
function refusal(...call: Parameters<Authenticator['admit']>): unknown {
  const admission = access.admit(...call);
  return admission instanceof Error ? admission : undefined;
}

describe('Until a key is created', () => {
  it('no call needs a key', () => {
    access.setKeys([]);

    for (const scope of SCOPES) {
      expect(refusal(undefined, scope)).toBeUndefined();
      expect(refusal('Bearer nonsense', scope)).toBeUndefined();
    }
  });

  it.each([
    '0.0.0.0',
    '::',
    '10.0.0.7',
    'shop.example.com',
    '128.0.0.1',
    '::ffff:10.0.0.1',
    'localhost.example.com',
  ])('the service does not start on %s, and says how to create a key', (host) => {
    expect(() => requireLoopbackUntilSecured(host, access, SCOPES)).toThrow(
      /^HOST must be .*keys create NAME --scopes read,shelves:write,admin`$/,
    );
  });

  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('the service may start on %s', (host) => {
    expect(() => requireLoopbackUntilSecured(host, access, SCOPES)).not.toThrow();
  });
});

describe('With an issuer of tokens', () => {
  it('the service may start on any address, and rejects calls without credentials', () => {
    access = new Authenticator({ callerOf: () => Promise.reject(new Error('not asked')) });
    access.setKeys([]);

    expect(() => requireLoopbackUntilSecured('0.0.0.0', access, SCOPES)).not.toThrow();
    expect(refusal(undefined, 'read')).toBeInstanceOf(Unauthenticated);
  });

  it('keys are accepted too, and never passed to the token verifier', () => {
    access = new Authenticator({ callerOf: () => Promise.reject(new Error('not asked')) });
    const { header, stored } = keyWith('read');
    access.setKeys([stored]);

    expect(refusal(header, 'read')).toBeUndefined();
    expect(refusal(keyWith('read').header, 'read')).toBeInstanceOf(Unauthenticated);
  });
});

describe('Once a key exists', () => {
  it('the service may start on any address', () => {
    access.setKeys([keyWith('read').stored]);

    expect(() => requireLoopbackUntilSecured('0.0.0.0', access, SCOPES)).not.toThrow();
  });

  it('a call without a key is rejected and asked for one', () => {
    access.setKeys([keyWith('read').stored]);

    expect(refusal(undefined, 'read')).toMatchObject({
      status: 401,
      code: 'unauthenticated',
      headers: { 'www-authenticate': 'Bearer' },
    });
  });

  it('a call with a valid key is admitted for the scopes of the key and no others', () => {
    for (const mine of SCOPES) {
      const { header, stored } = keyWith(mine);
      access.setKeys([keyWith('read').stored, stored]);

      for (const scope of SCOPES) {
        const refused = refusal(header, scope);
        if (scope === mine) expect(refused).toBeUndefined();
        else {
          expect(refused).toBeInstanceOf(Forbidden);
          expect(refused).toMatchObject({
            status: 403,
            facts: { scope },
            headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
          });
        }
      }
    }
  });

  it('a call with any other credentials is rejected without a reason', () => {
    const { key, header, stored } = keyWith('read');
    const other = keyWith('read');
    access.setKeys([stored, other.revoked]);

    const tries = [
      other.header,
      keyWith('read').header,
      `Bearer ${formatApiKey({ id: key.id, secret: other.key.secret })}`,
      `Bearer ${formatApiKey({ id: other.key.id, secret: key.secret })}`,
      header.replace('Bearer', 'Basic'),
      formatApiKey(key),
      `${header}, ${header}`,
      'Bearer',
      '',
    ];
    for (const each of tries) {
      const refused = refusal(each, 'read');
      expect(refused).toBeInstanceOf(Unauthenticated);
      expect(refused).toMatchObject({
        message: 'The key is unknown or was revoked.',
        headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
      });
    }
  });

  it('every call needs a key, even after the last one is revoked or deleted', () => {
    const { header, stored, revoked } = keyWith('read');
    access.setKeys([stored]);
    expect(refusal(header, 'read')).toBeUndefined();

    access.setKeys([revoked]);
    expect(refusal(header, 'read')).toBeInstanceOf(Unauthenticated);
    access.setKeys([]);
    expect(refusal(header, 'read')).toBeInstanceOf(Unauthenticated);
    expect(refusal(undefined, 'read')).toBeInstanceOf(Unauthenticated);
  });

  it('every call needs a key even if the first reading finds it revoked', () => {
    access.setKeys([keyWith('read').revoked]);

    expect(refusal(undefined, 'read')).toBeInstanceOf(Unauthenticated);
  });

  it('keys are trusted for a while without the database, and then calls get 503', () => {
    const { header, stored } = keyWith('read');
    access.setKeys([stored], 1_000);

    expect(refusal(header, 'read', 1_000 + TRUSTED_FOR_MS)).toBeUndefined();
    expect(refusal(header, 'read', 1_001 + TRUSTED_FOR_MS)).toBeInstanceOf(Busy);
    expect(refusal(keyWith('read').header, 'read', 1_001 + TRUSTED_FOR_MS)).toBeInstanceOf(Busy);
    expect(refusal(undefined, 'read', 1_001 + TRUSTED_FOR_MS)).toBeInstanceOf(Unauthenticated);
    access.setKeys([stored], 60_000);
    expect(refusal(header, 'read', 60_000)).toBeUndefined();
  });

  it('a revoked key stays revoked if an older answer of the database arrives late', () => {
    const { header, stored, revoked } = keyWith('read');
    access.setKeys([revoked], 2_000);
    access.setKeys([stored], 1_999);

    expect(refusal(header, 'read', 2_000)).toBeInstanceOf(Unauthenticated);
  });

  it('the use of a key is recorded, and no attempt of a stranger', () => {
    const { key, header, stored } = keyWith('read');
    access.setKeys([stored]);
    for (let i = 0; i < 1_000; i++) refusal(keyWith('read').header, 'read');
    refusal(`Bearer ${formatApiKey({ id: key.id, secret: 'ab'.repeat(32) })}`, 'read');
    expect(access.drainUsedKeyIds()).toEqual([]);

    for (let i = 0; i < 3; i++) refusal(header, 'admin');
    expect(access.drainUsedKeyIds()).toEqual([key.id]);
    expect(access.drainUsedKeyIds()).toEqual([]);
  });
});

describe('A live feed', () => {
  class Connection extends EventEmitter {
    destroyed = false;
    destroy(): void {
      this.destroyed = true;
      this.emit('close');
    }
  }
  const listen = (header?: string) => {
    const connection = new Connection();
    access.closeWhenRevoked(access.admit(header, 'read') as Caller, connection as unknown as Socket);
    return connection;
  };

  it('is closed when its key is revoked, and no other is', () => {
    const [mine, other] = [keyWith('read'), keyWith('read')];
    access.setKeys([mine.stored, other.stored]);
    const [ends, goesOn] = [listen(mine.header), listen(other.header)];

    access.setKeys([mine.stored, other.stored]);
    expect(ends.destroyed).toBe(false);
    access.setKeys([mine.revoked, other.stored]);
    expect(ends.destroyed).toBe(true);
    expect(goesOn.destroyed).toBe(false);
  });

  it('is closed if it was opened without a key and every call needs one now', () => {
    access.setKeys([]);
    const connection = listen();

    access.setKeys([]);
    expect(connection.destroyed).toBe(false);
    access.setKeys([keyWith('read').stored]);
    expect(connection.destroyed).toBe(true);
  });

  it('is forgotten once its connection closes, even if that was closed before', () => {
    const mine = keyWith('read');
    access.setKeys([mine.stored]);
    const over = listen(mine.header);
    over.emit('close');
    const never = new Connection();
    never.destroyed = true;
    access.closeWhenRevoked(access.admit(mine.header, 'read') as Caller, never as unknown as Socket);
    const cutOff = [over, never].map((connection) => jest.spyOn(connection, 'destroy'));

    access.setKeys([mine.revoked]);
    for (const destroy of cutOff) expect(destroy).not.toHaveBeenCalled();
  });
});
