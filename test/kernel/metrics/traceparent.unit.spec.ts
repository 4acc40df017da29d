import { describe, expect, it } from '@jest/globals';
import { parseTraceparent, formatTraceparent } from '../../../src/kernel/metrics/traceparent.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('a traceparent', () => {
  it('holds the ids of the trace and the span, and the flags', () => {
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-01`)).toEqual({
      traceId: TRACE,
      spanId: SPAN,
      traceFlags: 1,
    });
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-00`)).toEqual({
      traceId: TRACE,
      spanId: SPAN,
      traceFlags: 0,
    });
  });

  it.each([
    ['of a version to come', `cc-${TRACE}-${SPAN}-01`],
    ['of a version to come, which has more to say', `cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like`],
  ])('is read by the fields of version 00: %s', (_, header) => {
    expect(parseTraceparent(header)).toEqual({ traceId: TRACE, spanId: SPAN, traceFlags: 1 });
  });

  it.each([
    ['there is none', undefined],
    ['it is a list', [`00-${TRACE}-${SPAN}-01`]],
    ['it is empty', ''],
    ['it was sent twice', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
    ['the trace is all zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['the span is all zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['its version is forbidden', `ff-${TRACE}-${SPAN}-01`],
    ['a version that ends there goes on', `00-${TRACE}-${SPAN}-01-more`],
    ['a version to come goes on without a dash', `cc-${TRACE}-${SPAN}-01more`],
    ['its letters are capitals', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['something is too short', `00-${TRACE.slice(1)}-${SPAN}-01`],
    ['something is too long', `00-${TRACE}-${SPAN}a-01`],
    ['the flags are missing', `00-${TRACE}-${SPAN}`],
    ['there is more on another line', `00-${TRACE}-${SPAN}-01\n`],
  ])('is ignored if %s', (_, header) => {
    expect(parseTraceparent(header)).toBeNull();
  });

  it('is formatted as version 00, with the known flags', () => {
    const context = parseTraceparent(`cc-${TRACE}-${SPAN}-ff-more`);
    expect(formatTraceparent(context!)).toBe(`00-${TRACE}-${SPAN}-03`);
  });
});
