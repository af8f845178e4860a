import { afterEach, expect, it, vi } from 'vitest';
import { EventParser, events } from './sse';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const TEXT = 'retry: 2000\n\nid: 1\nevent: state\ndata: {"a":1}\n\n: ping\n\nid: 2\r\ndata: x\r\ndata: y\r\n\r\n';

it('reads the same events from any pieces', () => {
  for (let size = 1; size <= TEXT.length; size++) {
    const parser = new EventParser();
    const got = [];
    for (let at = 0; at < TEXT.length; at += size) got.push(...parser.feed(TEXT.slice(at, at + size)));
    expect(got).toEqual([
      { id: '1', event: 'state', data: '{"a":1}' },
      { id: '2', event: 'message', data: 'x\ny' },
    ]);
  }
});

it('gives nothing that is not whole', () => {
  expect(new EventParser().feed('id: 3\ndata: x\n')).toEqual([]);
});

it('goes on behind the last event, and rests before it asks again in vain', async () => {
  vi.useFakeTimers();
  const began_ms = Date.now();
  const answers = [
    () => new Response('id: 7\ndata: x\n\n'),
    () => new Response(': nothing\n\n'),
    () => new Response(''),
    () => new Response(null, { status: 204 }),
  ];
  const asked: { at_ms: number; last: string | null }[] = [];
  vi.stubGlobal('fetch', async (_: string, { headers }: { headers: Headers }) => {
    asked.push({ at_ms: Date.now() - began_ms, last: headers.get('Last-Event-ID') });
    return answers[asked.length - 1]!();
  });
  const got: string[] = [];
  const over = (async () => {
    for await (const event of events('/events', new AbortController().signal)) got.push(event.data);
  })();
  await vi.advanceTimersByTimeAsync(10_000);
  await over;
  expect(got).toEqual(['x']);
  expect(asked).toEqual([
    { at_ms: 0, last: null },
    { at_ms: 0, last: '7' },
    { at_ms: 500, last: '7' },
    { at_ms: 1500, last: '7' },
  ]);
});
