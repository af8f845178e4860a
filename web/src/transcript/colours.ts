/** One colour and one mark for each voice. */

// Told apart by people who do not see red or green, on light and on dark.
const HUES = [212, 28, 152, 282, 338, 190, 55, 250, 112, 8];

export interface Look {
  /** Of text and lines. */
  ink: string;
  /** Behind text. */
  wash: string;
}

export function look(place: number): Look {
  const hue = HUES[place % HUES.length]!;
  // Beyond ten voices the hues come again, paler.
  const chroma = place < HUES.length ? 62 : 30;
  return {
    ink: `light-dark(hsl(${hue} ${chroma}% 25%), hsl(${hue} ${chroma}% 76%))`,
    wash: `light-dark(hsl(${hue} ${chroma}% 94%), hsl(${hue} ${Math.round(chroma / 2)}% 20%))`,
  };
}

/** One or two letters: colours are not all that tells voices apart. */
export function mark(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  if (words.length > 1) return (first(words[0]!) + first(words.at(-1)!)).toUpperCase();
  return [...(words[0] ?? '?')].slice(0, 3).join('');
}

const first = (word: string): string => [...word][0] ?? '';
