/** What the transcript does not hold, and what else its reader has to know. */

import type { Transcript } from '../api/types';
import { clock } from './clock';

export interface NoticesProps {
  transcript: Transcript;
  onHear(start_s: number, end_s?: number): void;
}

export function Notices({ transcript, onHear }: NoticesProps) {
  const { missed } = transcript.coverage;
  const lost_s = missed.reduce((sum, span) => sum + span.end_s - span.start_s, 0);
  if (!missed.length && !transcript.notices.length) return null;
  return (
    <details class="notices">
      <summary>
        {missed.length
          ? `${Math.ceil(lost_s)} seconds of speech have no text`
          : 'What to know about this text'}
      </summary>
      <ul>
        {transcript.notices.map((notice, place) => (
          <li key={place}>{notice.message}</li>
        ))}
        {missed.map((span) => (
          <li key={span.start_s}>
            Speech without text:{' '}
            <button class="link" onClick={() => onHear(span.start_s, span.end_s)}>
              hear {clock(span.start_s)} to {clock(span.end_s)}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
