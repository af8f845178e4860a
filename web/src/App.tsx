/** The frame of the page: two tabs, a theme, and the question for a key. */

import { useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentType } from 'preact';
import { wantsKey } from './api/http';
import { route } from './route';
import { KeyQuestion } from './ui/KeyQuestion';
import { ThemeButton } from './ui/ThemeButton';
import { TranscribeTab } from './jobs/TranscribeTab';

export function App() {
  const tab = route.value.tab;
  return (
    <>
      <header class="bar">
        <h1>audiosvc</h1>
        <nav aria-label="What to do">
          <a href="#/" aria-current={tab === 'transcribe' ? 'page' : undefined}>
            Transcribe
          </a>
          <a href="#/locate" aria-current={tab === 'locate' ? 'page' : undefined}>
            Locate
          </a>
        </nav>
        <ThemeButton />
      </header>
      <main>
        {wantsKey.value && <KeyQuestion />}
        {tab === 'transcribe' ? <TranscribeTab /> : <LateLocateTab />}
      </main>
    </>
  );
}

/** Fetched when it is looked at: the map of the world is the larger half of the page. */
function LateLocateTab() {
  const Tab = useSignal<ComponentType | null>(null);
  const failed = useSignal(false);
  useSignalEffect(() => {
    import('./locate/LocateTab').then(
      (module) => (Tab.value = module.LocateTab),
      () => (failed.value = true),
    );
  });
  if (failed.value) return <p role="alert">This part of the page could not be fetched.</p>;
  return Tab.value ? <Tab.value /> : <p class="soft">One moment …</p>;
}
