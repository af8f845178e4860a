/** What somebody knows of the clip already, and how much is to be told. */

import { useMemo } from 'preact/hooks';
import { countryNames } from './countries';
import {
  PRECISIONS,
  type Precision,
  clip,
  country,
  isListening,
  locateAgain,
  precision,
  recordedOn,
} from './state';

export function Known() {
  const names = useMemo(() => countryNames(), []);
  return (
    <details class="known">
      <summary>What is known, and how much to tell</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void locateAgain();
        }}
      >
        <div class="field">
          <label for="locate-country">Country</label>
          <select
            id="locate-country"
            value={country.value}
            onChange={(event) => (country.value = event.currentTarget.value)}
          >
            <option value="">Not known</option>
            {names.map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="locate-date">Recorded on</label>
          <input
            id="locate-date"
            type="date"
            value={recordedOn.value}
            onInput={(event) => (recordedOn.value = event.currentTarget.value)}
          />
        </div>
        <div class="field">
          <label for="locate-precision">Tell</label>
          <select
            id="locate-precision"
            value={precision.value}
            onChange={(event) => (precision.value = event.currentTarget.value as Precision)}
          >
            {Object.entries(PRECISIONS).map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <button type="submit" class="button" disabled={!clip.value || isListening.value}>
          Locate again
        </button>
      </form>
    </details>
  );
}
