/** Asks for a key when the server wants one. */

import { setKey } from '../api/http';

export function KeyQuestion() {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const field = (event.target as HTMLFormElement).elements.namedItem('key');
    setKey((field as HTMLInputElement).value);
    location.reload();
  };
  return (
    <form class="alert key-question" onSubmit={submit}>
      <label for="key">This server wants a key. Whoever runs it can give you one.</label>
      <p>
        <input id="key" name="key" type="password" autocomplete="off" required />{' '}
        <button class="button is-primary">Use this key</button>
      </p>
      <p class="soft">It is kept until this tab is closed.</p>
    </form>
  );
}
