/** Server-sent events by fetch, which unlike EventSource can send a key. */

import { call, Refusal } from './http';
import { pause } from './pause';

export interface ServerEvent {
  id: string;
  event: string;
  data: string;
}

/** Takes text in any pieces, and gives the events that are whole. */
export class EventParser {
  #rest = '';
  #id = '';

  feed(text: string): ServerEvent[] {
    const blocks = (this.#rest + text).split(/\r?\n\r?\n/);
    this.#rest = blocks.pop() ?? '';
    return blocks.map((block) => this.#read(block)).filter((event) => event !== null);
  }

  #read(block: string): ServerEvent | null {
    let event = 'message';
    const data: string[] = [];
    for (const line of block.split(/\r?\n/)) {
      const at = line.indexOf(':');
      if (at === 0) continue; // a comment, which keeps the line open
      const name = at < 0 ? line : line.slice(0, at);
      const value = at < 0 ? '' : line.slice(at + 1).replace(/^ /, '');
      if (name === 'id') this.#id = value;
      else if (name === 'event') event = value;
      else if (name === 'data') data.push(value);
    }
    return data.length ? { id: this.#id, event, data: data.join('\n') } : null;
  }
}

const LONGEST_PAUSE_S = 10;

/**
 * Every event of a stream, in order, none twice: after a break it goes on behind the last one.
 * Ends when the server has told everything. Raises Refusal for what waiting does not mend.
 */
export async function* events(
  path: string,
  signal: AbortSignal,
  onBreak: (broken: boolean) => void = () => {},
): AsyncGenerator<ServerEvent> {
  let last = '';
  let pause_s = 0.5;
  while (!signal.aborted) {
    let told = false;
    try {
      const headers: Record<string, string> = { Accept: 'text/event-stream' };
      if (last) headers['Last-Event-ID'] = last;
      const response = await call(path, { headers, signal });
      onBreak(false);
      if (response.status === 204 || !response.body) return;
      const parser = new EventParser();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        for (const event of parser.feed(value)) {
          last = event.id;
          told = true;
          pause_s = 0.5;
          yield event;
        }
      }
      // The stream has ended: ask again, for a job that has ended answers 204.
      if (told) continue;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Refusal && !error.passes) throw error;
      onBreak(true);
    }
    // After a stream that told nothing, too: a proxy may end each one at once.
    await pause(pause_s, signal);
    pause_s = Math.min(2 * pause_s, LONGEST_PAUSE_S);
  }
}
