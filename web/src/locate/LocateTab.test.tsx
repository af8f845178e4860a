import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Answer } from './answer';
import { LocateTab } from './LocateTab';
import { clip, phase } from './state';

const EVIL = '<img src=x onerror=alert(1)>';

const ANSWER: Answer = {
  file: EVIL,
  status: 'LOCATED',
  lat: 45.4,
  lon: 2.9,
  radius_km: 654,
  radius_90_km: 7064,
  localizability: 0.3994,
  candidates: [
    {
      name: EVIL,
      admin: null,
      country: 'FR',
      country_name: 'France',
      continent: 'Europe',
      lat: 48.9,
      lon: 2.3,
      probability: 0.083,
    },
  ],
  evidence: [
    {
      source: 'places',
      category: 'human_sounds',
      claim: EVIL,
      bits: 2.8,
      spans: [{ start_s: 1, end_s: 3 }],
    },
  ],
  reasoning: [`0:01–0:03 ${EVIL}: narrows to France, 2.8 bits`],
  summary: 'Most likely from France. And so on.',
  notices: [{ code: 'x', message: 'No birds were listened for.' }],
  listened_s: 7,
};

beforeEach(() => {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      disconnect() {}
    },
  );
  vi.stubGlobal('matchMedia', () => ({ matches: true }));
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('offline')));
  HTMLMediaElement.prototype.pause = vi.fn();
  HTMLMediaElement.prototype.play = vi.fn(() => Promise.resolve());
  clip.value = { name: EVIL, data: new Blob(['a']), url: 'blob:clip' };
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  phase.value = { kind: 'empty' };
});

function show(said: Partial<Answer> = {}) {
  phase.value = { kind: 'answered', answer: { ...ANSWER, ...said } };
  return render(<LocateTab />);
}

describe('an answer', () => {
  it('keeps what a stranger wrote as text', () => {
    const { container } = show();
    expect(container.querySelector('img')).toBeNull();
    expect(screen.getAllByText(EVIL, { exact: false }).length).toBeGreaterThan(2);
  });

  it('has its score as a meter, its candidates as a list, and the map in words', () => {
    show();
    const meter = screen.getByRole('meter', { name: 'Localizability' });
    expect(meter.getAttribute('aria-valuetext')).toBe('0.40 of 1, barely located');
    expect(screen.getByRole('heading', { name: 'Most likely from France.' })).toBeTruthy();
    expect(screen.getByRole('button', { name: /France.*8\.3 %.*show on the map/ })).toBeTruthy();
    const map = screen.getByRole('application');
    const words = document.getElementById(map.getAttribute('aria-describedby')!);
    expect(words!.textContent).toContain('The estimate is at 45.4° N, 2.9° E.');
    expect(screen.getByText('No birds were listened for.')).toBeTruthy();
  });

  it('plays the stretch of a reason', async () => {
    show();
    const button = await screen.findByRole('button', { name: /^Play.*0:01–0:03/ });
    await vi.waitFor(() => expect((button as HTMLButtonElement).disabled).toBe(false));
    fireEvent.click(button);
    const audio = screen.getByLabelText<HTMLAudioElement>('The clip');
    expect(audio.currentTime).toBe(1);
    await vi.waitFor(() => expect(button.getAttribute('aria-pressed')).toBe('true'));
  });

  it('says plainly that there is none, and marks the guess as one', () => {
    show({ status: 'NOT_LOCALIZABLE', localizability: 0.04 });
    expect(screen.getByRole('heading', { name: 'This clip cannot be located.' })).toBeTruthy();
    expect(screen.getByText('Best guess, no more than that')).toBeTruthy();
    const aloud = screen.getAllByRole('status').map((one) => one.textContent);
    expect(aloud[0]).toMatch(/^This clip cannot be located. A guess, no more: /);
  });

  it('stands without a guess', () => {
    show({ status: 'NOT_LOCALIZABLE', lat: null, lon: null, candidates: [], evidence: [] });
    expect(screen.getByText('No guess is given.')).toBeTruthy();
    expect(screen.queryByRole('heading', { name: 'Candidates' })).toBeNull();
  });

  it('says when there is no map to draw it on', async () => {
    show();
    expect(await screen.findByText(/map of the world could not be loaded/)).toBeTruthy();
  });
});

it('says what went wrong, and stays', () => {
  phase.value = { kind: 'failed', message: `${EVIL} is not audio.` };
  const { container } = render(<LocateTab />);
  const alerts = screen.getAllByRole('alert').map((one) => one.textContent);
  expect(alerts).toContain(`${EVIL} is not audio.`);
  expect(container.querySelector('img')).toBeNull();
  expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
});
