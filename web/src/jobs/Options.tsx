/** What is known of a recording beforehand. All of it may be left out. */

import { computed, signal } from '@preact/signals';

const language = signal('');
const speakers = signal('');
const hotwords = signal('');

export const options = computed<Record<string, unknown>>(() => {
  const said: Record<string, unknown> = {};
  if (language.value) said.language = language.value;
  if (Number(speakers.value) >= 1) said.speakers = Number(speakers.value);
  const words = hotwords.value
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
  if (words.length) said.hotwords = words;
  return said;
});

const TAGS =
  'en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la cy sk fa lv bn sr sl et mk eu is hy bs kk sq sw gl mr pa km ka be af'.split(
    ' ',
  );

function languages(): (readonly [string, string])[] {
  const names = new Intl.DisplayNames(['en'], { type: 'language' });
  return TAGS.map((tag) => [tag, names.of(tag) ?? tag] as const).sort((a, b) =>
    a[1].localeCompare(b[1], 'en'),
  );
}

export function Options() {
  return (
    <details class="options">
      <summary>What is known of the recording</summary>
      <div class="options-fields">
        <label>
          Language
          <select value={language.value} onChange={(event) => (language.value = event.currentTarget.value)}>
            <option value="">Find out</option>
            {languages().map(([tag, name]) => (
              <option key={tag} value={tag}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          People who speak
          <input
            type="number"
            min={1}
            max={1000}
            placeholder="Find out"
            value={speakers.value}
            onInput={(event) => (speakers.value = event.currentTarget.value)}
          />
        </label>
        <label>
          Names and words to expect
          <input
            type="text"
            placeholder="Duguid, Kubernetes"
            value={hotwords.value}
            onInput={(event) => (hotwords.value = event.currentTarget.value)}
          />
        </label>
      </div>
    </details>
  );
}
