import { describe, expect, it } from 'vitest';
import { type Answer, type Candidate, reasonsOf } from './answer';
import {
  clock,
  degrees,
  distance,
  effectOf,
  inBits,
  mapInWords,
  percent,
  placeName,
  scoreMeaning,
  scoreWord,
  splitSummary,
  told,
} from './words';

const PARIS: Candidate = {
  name: 'Paris',
  admin: 'Île-de-France',
  country: 'FR',
  country_name: 'France',
  continent: 'Europe',
  lat: 48.9,
  lon: 2.3,
  probability: 0.083,
};
const ANSWER: Answer = {
  file: 'clip.flac',
  status: 'LOCATED',
  lat: 45.4,
  lon: 2.9,
  radius_km: 654.3,
  radius_90_km: 7064.8,
  localizability: 0.3994,
  candidates: [PARIS],
  evidence: [
    {
      source: 'language',
      category: 'human_sounds',
      claim: 'French speech, p = 0.99',
      bits: 2.82,
      spans: [{ start_s: 0.8, end_s: 6.6 }],
    },
    { source: 'hum', category: 'channel', claim: 'Mains hum.', bits: -0.5, spans: [] },
  ],
  reasoning: [
    '0:00–0:07 French speech, p = 0.99: narrows to Europe and Africa, 2.8 bits',
    'Mains hum: points elsewhere, against the answer, −0.5 bits',
  ],
  summary: 'Most likely from Europe. It rests on French speech.',
  notices: [],
  listened_s: 7,
};

describe('placeName', () => {
  it('says nothing twice, and no codes', () => {
    expect(placeName(PARIS)).toBe('Paris, Île-de-France, France');
    expect(placeName({ ...PARIS, admin: '84' })).toBe('Paris, France');
    expect(placeName({ ...PARIS, name: 'France', admin: null })).toBe('France');
    expect(placeName({ ...PARIS, name: '', admin: null, country: null, country_name: null })).toBe(
      'the open sea',
    );
  });
});

it('says where and how far', () => {
  expect(degrees(-33.87, 151.2)).toBe('33.87° S, 151.2° E');
  expect(degrees(0, -0.1)).toBe('0° N, 0.1° W');
  expect([44.1, 654.3, 7064.8, 10620.8].map(distance)).toEqual([
    '44 km',
    '650 km',
    '7,100 km',
    '11,000 km',
  ]);
});

it('writes shares, bits and times', () => {
  expect([0.0831, 0.613, 0.0994, 0.0996, 0.00004, 0].map(percent)).toEqual([
    '8.3 %',
    '61 %',
    '9.9 %',
    '10 %',
    'under 0.1 %',
    '0.0 %',
  ]);
  expect([2.82, -0.31, 0.04, -0.04].map(inBits)).toEqual([
    '+2.8 bits',
    '−0.3 bits',
    '0.0 bits',
    '0.0 bits',
  ]);
  expect([5.9, 65, 3605].map(clock)).toEqual(['0:05', '1:05', '1:00:05']);
});

describe('reasons', () => {
  it('have their sentences', () => {
    expect(reasonsOf(ANSWER).map(effectOf)).toEqual([
      'narrows to Europe and Africa',
      'points elsewhere, against the answer',
    ]);
  });

  it('have them behind one that belongs to none', () => {
    const nothing = 'Nothing in this recording says where it was made.';
    const found = reasonsOf({ ...ANSWER, reasoning: [nothing, ...ANSWER.reasoning] });
    expect(found[0]!.sentence).toBe(ANSWER.reasoning[0]);
  });

  it('are told as a whole where the claim is not in the sentence', () => {
    const [first] = reasonsOf({ ...ANSWER, reasoning: ['Something else', 'and more'] });
    expect(effectOf(first!)).toBe('');
    expect(first!.sentence).toBe('Something else');
  });
});

it('takes the first sentence of a summary', () => {
  expect(splitSummary(ANSWER.summary)).toEqual([
    'Most likely from Europe.',
    'It rests on French speech.',
  ]);
  expect(splitSummary('Nothing.')).toEqual(['Nothing.', '']);
});

describe('the score', () => {
  it('is told in words', () => {
    expect(scoreMeaning(0.3994)).toContain('about 40 are really within 1,000 km');
    expect(scoreMeaning(0.01)).toContain('about 1 is really');
    expect(scoreWord(ANSWER)).toBe('barely located');
    expect(scoreWord({ ...ANSWER, localizability: 0.9 })).toBe('very well located');
  });

  it('never sounds like a place when there is none', () => {
    expect(scoreWord({ ...ANSWER, status: 'NOT_LOCALIZABLE', localizability: 0.9 })).toBe(
      'cannot be located',
    );
  });
});

it('says aloud what was found, and what was not', () => {
  expect(told(ANSWER)).toBe(
    'Located. The likeliest surroundings: Paris, Île-de-France, France, 8.3 %.',
  );
  expect(told({ ...ANSWER, status: 'NOT_LOCALIZABLE' })).toMatch(/^This clip cannot be located\. A/);
  expect(told({ ...ANSWER, status: 'NOT_LOCALIZABLE', candidates: [] })).toBe(
    'This clip cannot be located.',
  );
});

it('says what the map shows', () => {
  expect(mapInWords(ANSWER)).toBe(
    'The estimate is at 45.4° N, 2.9° E. Half of the probability lies within 650 km, nine tenths ' +
      'within 7,100 km. The candidate is listed beside the map.',
  );
  expect(mapInWords({ ...ANSWER, status: 'NOT_LOCALIZABLE' })).toMatch(/^A guess, no more, is at/);
  expect(mapInWords(null)).toContain('no place yet');
  expect(mapInWords({ ...ANSWER, lat: null, lon: null })).toContain('no place');
});
