/** Plays stretches of the clip that was located, from the browser's own copy of it. */

import { signal } from '@preact/signals';
import type { Span } from './answer';

const LEAST_S = 0.4; // less than that is a click, not a sound

export class Player {
  /** The stretch that is heard, or null. */
  readonly playing = signal<Span | null>(null);
  readonly time_s = signal(0);
  /** A sentence, when the browser cannot play the clip. */
  readonly failure = signal('');
  private frames = 0;

  constructor(private readonly audio: HTMLAudioElement) {
    audio.addEventListener('timeupdate', this.follow);
    audio.addEventListener('pause', this.end);
    audio.addEventListener('error', this.fail);
  }

  /** From the stretch's beginning to its end; the one that is heard already stops. */
  async toggle(span: Span): Promise<void> {
    const isSame = this.playing.value === span;
    this.stop();
    if (isSame) return;
    this.audio.currentTime = span.start_s;
    this.playing.value = span;
    try {
      await this.audio.play();
      this.watch();
    } catch (error) {
      if (this.playing.value !== span) return; // another one was chosen meanwhile
      this.playing.value = null;
      if ((error as Error).name !== 'AbortError') this.fail();
    }
  }

  stop(): void {
    cancelAnimationFrame(this.frames);
    this.playing.value = null;
    this.audio.pause();
  }

  close(): void {
    this.stop();
    this.audio.removeEventListener('timeupdate', this.follow);
    this.audio.removeEventListener('pause', this.end);
    this.audio.removeEventListener('error', this.fail);
  }

  /** A frame is finer than the browser's own time updates, which come four times a second. */
  private watch = () => {
    this.follow();
    if (this.playing.value) this.frames = requestAnimationFrame(this.watch);
  };

  private follow = () => {
    this.time_s.value = this.audio.currentTime;
    const span = this.playing.value;
    if (span && this.audio.currentTime >= Math.max(span.end_s, span.start_s + LEAST_S)) this.stop();
  };

  private end = () => {
    // The event of an earlier pause may come after the next stretch has begun.
    if (this.audio.paused) this.playing.value = null;
  };

  private fail = () => {
    if (this.audio.src) this.failure.value = 'This browser cannot play this kind of file.';
  };
}
