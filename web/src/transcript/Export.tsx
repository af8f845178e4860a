/** The transcript as a file, with every change in it. */

import { useSignal } from '@preact/signals';
import { sentence } from '../api/http';
import { exportTranscript } from '../api/jobs';
import type { Transcript } from '../api/types';

const FORMATS: readonly (readonly [string, string, string])[] = [
  ['txt', 'Text', 'txt'],
  ['md', 'Markdown', 'md'],
  ['srt', 'Subtitles (SRT)', 'srt'],
  ['vtt', 'Subtitles (WebVTT)', 'vtt'],
  ['json', 'Everything (JSON)', 'json'],
  ['rttm', 'Turns (RTTM)', 'rttm'],
  ['stm', 'Reference text (STM)', 'stm'],
  ['ctm', 'Words (CTM)', 'ctm'],
  ['seglst', 'SegLST', 'seglst.json'],
];

export function Export({ name, transcript }: { name: string; transcript: Transcript }) {
  const format = useSignal('txt');
  const failed = useSignal<string | null>(null);
  const save = async () => {
    failed.value = null;
    const stem = name.replace(/\.[^.]{1,5}$/, '') || 'transcript';
    const suffix = FORMATS.find(([known]) => known === format.value)![2];
    try {
      download(await exportTranscript(transcript, format.value, stem), `${stem}.${suffix}`);
    } catch (error) {
      failed.value = sentence(error);
    }
  };
  return (
    <div class="export">
      <label class="visually-hidden" for="format">
        Format
      </label>
      <select
        id="format"
        value={format.value}
        onChange={(event) => (format.value = event.currentTarget.value)}
      >
        {FORMATS.map(([known, title]) => (
          <option key={known} value={known}>
            {title}
          </option>
        ))}
      </select>
      <button class="button" onClick={save}>
        Save as a file
      </button>
      {failed.value && <p role="alert">{failed.value}</p>}
    </div>
  );
}

export function download(data: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(data);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
