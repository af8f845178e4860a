import { describe, expect, it } from 'vitest';
import type { Segment, Transcript } from '../api/types';
import { correct, edited, merge, nameOf, NO_EDITS, rename, shown } from './edits';

const segment = (id: number, speaker: string, text: string): Segment => ({
  id,
  start_s: id,
  end_s: id + 1,
  speaker,
  text,
  words: text.split(' ').map((word, place, all) => ({
    text: word,
    start_s: id + place / all.length,
    end_s: id + (place + 1) / all.length,
    probability: 0.9,
  })),
  language: 'en',
  confidence: 0.9,
  overlapped: false,
  events: [],
});

const SEGMENTS = [segment(0, 'S1', 'Good mourning all'), segment(1, 'S2', 'Hello'), segment(2, 'S3', 'Yes')];

describe('edits', () => {
  it('leave what the model wrote as it was', () => {
    const before = structuredClone(SEGMENTS);
    shown(SEGMENTS, correct(merge(NO_EDITS, 'S1', 'S2'), SEGMENTS[0]!, 'Good morning all'));
    expect(SEGMENTS).toEqual(before);
  });

  it('merge a voice, and what was merged into it', () => {
    const edits = merge(merge(NO_EDITS, 'S2', 'S3'), 'S1', 'S2');
    expect(shown(SEGMENTS, edits).map((one) => one.speaker)).toEqual(['S1', 'S1', 'S1']);
    expect(merge(edits, 'S2', 'S1')).toEqual(edits);
  });

  it('name a voice, and forget the name when it is empty', () => {
    const edits = merge(rename(NO_EDITS, 'S1', '  Ann <b>  B '), 'S1', 'S2');
    expect(nameOf(edits, 'S2')).toBe('Ann <b> B');
    expect(rename(edits, 'S1', ' ').names).toEqual({});
  });

  it('forget a correction that is none any more', () => {
    const edits = correct(NO_EDITS, SEGMENTS[0]!, 'Something else');
    expect(correct(edits, SEGMENTS[0]!, ' Good mourning  all ').texts).toEqual({});
  });

  it('are all in what is exported, and an emptied segment is not', () => {
    const transcript: Transcript = {
      segments: SEGMENTS,
      speakers: ['S1', 'S2', 'S3'].map((label, place) => ({ label, speech_s: 1, first_s: place })),
      language: 'en',
      duration_s: 3,
      coverage: { speech_s: 3, covered_s: 3, missed: [], stopped_early: [] },
      turns: [{ start_s: 2, end_s: 3, speaker: 'S3' }],
      notices: [],
      model: 'm',
      version: '1',
    };
    const edits = correct(rename(merge(NO_EDITS, 'S1', 'S3'), 'S1', 'Ann'), SEGMENTS[1]!, '');
    const result = edited(transcript, edits);
    expect(result.segments.map((one) => [one.id, one.speaker])).toEqual([
      [0, 'Ann'],
      [2, 'Ann'],
    ]);
    expect(result.turns[0]!.speaker).toBe('Ann');
    expect(result.speakers).toEqual([
      { label: 'Ann', speech_s: 2, first_s: 0 },
      { label: 'S2', speech_s: 1, first_s: 1 },
    ]);
  });
});
