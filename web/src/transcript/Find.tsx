/** Search in the text. */

export interface FindProps {
  asked: string;
  count: number;
  /** Which hit is looked at, from 0. */
  at: number;
  onAsk(text: string): void;
  onGo(step: number): void;
}

export function Find({ asked, count, at, onAsk, onGo }: FindProps) {
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter') onGo(event.shiftKey ? -1 : 1);
    if (event.key === 'Escape') onAsk('');
  };
  return (
    <div class="find" role="search">
      <label class="visually-hidden" for="find">
        Find in the transcript
      </label>
      <input
        id="find"
        type="search"
        placeholder="Find in the transcript"
        value={asked}
        onInput={(event) => onAsk(event.currentTarget.value)}
        onKeyDown={press}
      />
      <span class="soft" role="status">
        {asked.trim() && (count ? `${at + 1} of ${count.toLocaleString('en')}` : 'Not found')}
      </span>
      <button
        class="button is-small"
        disabled={!count}
        aria-label="The place before"
        onClick={() => onGo(-1)}
      >
        ↑
      </button>
      <button
        class="button is-small"
        disabled={!count}
        aria-label="The next place"
        onClick={() => onGo(1)}
      >
        ↓
      </button>
    </div>
  );
}
