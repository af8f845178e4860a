/** The voices: what to call them, and which of them are one. */

import type { Speaker } from '../api/types';
import { about } from './clock';
import { mark, type Look } from './colours';

export interface VoicesProps {
  speakers: readonly Speaker[];
  nameOf(label: string): string;
  lookOf(label: string): Look;
  canEdit: boolean;
  onRename(label: string, name: string): void;
  onMerge(kept: string, merged: string): void;
}

export function Voices({ speakers, nameOf, lookOf, canEdit, onRename, onMerge }: VoicesProps) {
  return (
    <ul class="voices" aria-label="Voices">
      {speakers.map(({ label, speech_s }) => {
        const look = lookOf(label);
        const name = nameOf(label);
        return (
          <li key={label}>
            <span class="who-mark" style={{ color: look.ink, background: look.wash }} aria-hidden="true">
              {mark(name)}
            </span>
            <input
              id={`voice-${label}`}
              aria-label={`Name of the voice ${label}`}
              dir="auto"
              value={name}
              maxLength={80}
              disabled={!canEdit}
              onChange={(event) => onRename(label, event.currentTarget.value)}
              onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
            />
            <span class="soft">{about(speech_s)}</span>
            {canEdit && speakers.length > 1 && (
              <select
                aria-label={`${name} is the same voice as`}
                value=""
                onChange={(event) => onMerge(event.currentTarget.value, label)}
              >
                <option value="">Same as …</option>
                {speakers
                  .filter((other) => other.label !== label)
                  .map((other) => (
                    <option key={other.label} value={other.label}>
                      {nameOf(other.label)}
                    </option>
                  ))}
              </select>
            )}
          </li>
        );
      })}
    </ul>
  );
}
