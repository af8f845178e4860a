import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Player } from './player';

/** As much of an audio element as is used. */
class FakeAudio extends EventTarget {
  currentTime = 0;
  paused = true;
  src = 'blob:clip';
  broken = false;

  play(): Promise<void> {
    if (this.broken) return Promise.reject(new DOMException('no', 'NotSupportedError'));
    this.paused = false;
    return Promise.resolve();
  }

  pause(): void {
    if (this.paused) return;
    this.paused = true;
    queueMicrotask(() => this.dispatchEvent(new Event('pause')));
  }

  hear(until_s: number): void {
    this.currentTime = until_s;
    this.dispatchEvent(new Event('timeupdate'));
  }
}

const FIRST = { start_s: 2, end_s: 4 };
const SECOND = { start_s: 8, end_s: 9 };
let audio: FakeAudio;
let player: Player;

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', () => 0);
  vi.stubGlobal('cancelAnimationFrame', () => undefined);
  audio = new FakeAudio();
  player = new Player(audio as unknown as HTMLAudioElement);
});

describe('Player', () => {
  it('plays a stretch from its beginning to its end', async () => {
    await player.toggle(FIRST);
    expect(audio.currentTime).toBe(2);
    expect(audio.paused).toBe(false);
    audio.hear(3.9);
    expect(player.playing.value).toBe(FIRST);
    audio.hear(4.05);
    expect(audio.paused).toBe(true);
    expect(player.playing.value).toBeNull();
  });

  it('goes from one stretch to another, whatever event comes late', async () => {
    await player.toggle(FIRST);
    await player.toggle(SECOND);
    await Promise.resolve();
    expect(audio.currentTime).toBe(8);
    expect(player.playing.value).toBe(SECOND);
  });

  it('stops what plays when it is chosen again', async () => {
    await player.toggle(FIRST);
    await player.toggle(FIRST);
    expect(audio.paused).toBe(true);
    expect(player.playing.value).toBeNull();
  });

  it('hears the clip on past a stretch when nothing was chosen', () => {
    void audio.play();
    audio.hear(30);
    expect(audio.paused).toBe(false);
    expect(player.time_s.value).toBe(30);
  });

  it('says so when the browser cannot play it', async () => {
    audio.broken = true;
    await player.toggle(FIRST);
    expect(player.failure.value).toBe('This browser cannot play this kind of file.');
    expect(player.playing.value).toBeNull();
  });
});
