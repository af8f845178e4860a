import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { cancel, clip, locate, locateAgain, phase } from './state';

let answers: ((response: Response) => void)[] = [];

beforeEach(() => {
  answers = [];
  URL.createObjectURL = vi.fn(() => `blob:${Math.random()}`);
  URL.revokeObjectURL = vi.fn();
  vi.stubGlobal('fetch', () => new Promise((resolve) => answers.push(resolve)));
});

afterEach(() => {
  cancel();
  vi.unstubAllGlobals();
});

const told = (file: string) => new Response(JSON.stringify({ file, status: 'LOCATED' }));

it('listens, then answers', async () => {
  const done = locate(new Blob(['a']), 'first.wav');
  expect(phase.value.kind).toBe('listening');
  answers[0]!(told('first.wav'));
  await done;
  expect(phase.value).toMatchObject({ kind: 'answered', answer: { file: 'first.wav' } });
});

it('keeps the answer to the last clip, whichever comes last', async () => {
  const first = locate(new Blob(['a']), 'first.wav');
  const second = locate(new Blob(['b']), 'second.wav');
  answers[1]!(told('second.wav'));
  answers[0]!(told('first.wav'));
  await Promise.all([first, second]);
  expect(phase.value).toMatchObject({ answer: { file: 'second.wav' } });
  expect(clip.value!.name).toBe('second.wav');
  expect(URL.revokeObjectURL).toHaveBeenCalled();
});

it('stops without an error', async () => {
  const done = locate(new Blob(['a']), 'first.wav');
  cancel();
  answers[0]!(told('first.wav'));
  await done;
  expect(phase.value.kind).toBe('empty');
});

it('says what went wrong, and can ask again', async () => {
  const done = locate(new Blob(['a']), 'notes.txt');
  answers[0]!(new Response('{"detail": "It is no audio."}', { status: 422 }));
  await done;
  expect(phase.value).toEqual({ kind: 'failed', message: 'It is no audio.' });
  const again = locateAgain();
  answers[1]!(told('notes.txt'));
  await again;
  expect(phase.value.kind).toBe('answered');
});
