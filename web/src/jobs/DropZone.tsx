/** Takes recordings that are dropped or chosen. */

import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

export interface DropZoneProps {
  onFiles(files: File[]): void;
  children?: ComponentChildren;
}

export function DropZone({ onFiles, children }: DropZoneProps) {
  const over = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  const take = (found: FileList | null | undefined) => {
    const files = [...(found ?? [])];
    if (files.length) onFiles(files);
  };
  return (
    <section
      class={`drop ${over.value ? 'is-over' : ''}`}
      aria-label="New recording"
      onDragOver={(event) => {
        event.preventDefault();
        over.value = true;
      }}
      onDragLeave={() => (over.value = false)}
      onDrop={(event) => {
        event.preventDefault();
        over.value = false;
        take(event.dataTransfer?.files);
      }}
    >
      <p>Drop a recording here: any format, 90 minutes and more.</p>
      <p class="drop-buttons">
        <button class="button is-primary" onClick={() => input.current?.click()}>
          Choose a recording
        </button>{' '}
        {children}
      </p>
      <input
        ref={input}
        class="visually-hidden"
        tabIndex={-1}
        aria-label="Recording"
        type="file"
        accept="audio/*,video/*"
        multiple
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = '';
        }}
      />
    </section>
  );
}
