import { afterEach, describe, expect, it, vi } from 'vitest';
import { askWhere, formOf } from './request';

const CLIP = new Blob(['abc']);
const WISH = { country: '', recordedOn: '', precision: 'city' };

function answering(body: string, status: number) {
  const fetched = vi.fn((_url: string, _init: RequestInit) =>
    Promise.resolve(new Response(body, { status })),
  );
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

const ask = (signal = new AbortController().signal) => askWhere(CLIP, 'clip.wav', WISH, signal);

afterEach(() => vi.unstubAllGlobals());

describe('formOf', () => {
  it('leaves out what is not known', () => {
    const form = formOf(CLIP, 'clip.wav', WISH);
    expect([...form.keys()]).toEqual(['file', 'precision', 'cells']);
    expect((form.get('file') as File).name).toBe('clip.wav');
  });

  it('says what is known', () => {
    const said = { country: 'SE', recordedOn: '2024-05-01', precision: 'region' };
    const form = formOf(CLIP, 'clip.wav', said);
    const sent = ['country', 'date', 'precision'].map((key) => form.get(key));
    expect(sent).toEqual(['SE', '2024-05-01', 'region']);
  });
});

describe('askWhere', () => {
  it('gives the answer', async () => {
    const fetched = answering('{"status": "LOCATED"}', 200);
    expect(await ask()).toEqual({ status: 'LOCATED' });
    expect(fetched.mock.calls[0]![0]).toBe('/v1/locate');
  });

  it('tells an error in the words of the server', async () => {
    answering('{"status": 422, "detail": "notes.txt is not audio."}', 422);
    await expect(ask()).rejects.toThrow('notes.txt is not audio.');
  });

  it('has a sentence where a proxy has none', async () => {
    answering('<html>Bad gateway</html>', 502);
    await expect(ask()).rejects.toThrow('502');
  });

  it('says that nobody is there', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(ask()).rejects.toThrow('cannot be reached');
  });

  it('says nothing of the kind when it was stopped', async () => {
    const own = new AbortController();
    vi.stubGlobal('fetch', () => {
      own.abort();
      return Promise.reject(new DOMException('stopped', 'AbortError'));
    });
    await expect(ask(own.signal)).rejects.toThrow('stopped');
  });
});
