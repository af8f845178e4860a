/** Light, dark, or as the system has it. */

import { signal } from '@preact/signals';

const STORE = 'audiosvc.theme';
const NEXT = { auto: 'dark', dark: 'light', light: 'auto' } as const;
type Theme = keyof typeof NEXT;

function kept(): Theme {
  const found = localStorage.getItem(STORE);
  return found === 'dark' || found === 'light' ? found : 'auto';
}

const theme = signal<Theme>(kept());

function show(value: Theme): void {
  const root = document.documentElement;
  if (value === 'auto') delete root.dataset.theme;
  else root.dataset.theme = value;
}

show(theme.value);

export function ThemeButton() {
  const turn = () => {
    theme.value = NEXT[theme.value];
    localStorage.setItem(STORE, theme.value);
    show(theme.value);
  };
  return (
    <button class="button is-plain is-small" onClick={turn}>
      Colours: {theme.value}
    </button>
  );
}
