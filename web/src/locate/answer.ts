/** What `POST /v1/locate` answers, as audiosvc/export/geo_json.py writes it. */

export interface Span {
  start_s: number;
  end_s: number;
}

/** `[longitude, latitude]` in degrees. */
export type LonLat = [number, number];

export interface Candidate {
  name: string;
  admin: string | null;
  country: string | null;
  country_name: string | null;
  continent: string | null;
  lat: number;
  lon: number;
  probability: number;
}

export interface Evidence {
  source: string;
  category: string;
  claim: string;
  bits: number;
  spans: Span[];
}

export interface HeatCell {
  h3: string;
  probability: number;
  rings: LonLat[][];
}

export interface Answer {
  file: string;
  status: 'LOCATED' | 'NOT_LOCALIZABLE';
  lat: number | null;
  lon: number | null;
  /** Half of the probability lies within it. */
  radius_km: number | null;
  radius_90_km: number | null;
  localizability: number | null;
  candidates: Candidate[];
  evidence: Evidence[];
  reasoning: string[];
  summary: string;
  notices: { code: string; message: string }[];
  listened_s: number;
  /** The likeliest cells, likeliest first; for who asks. */
  heat?: HeatCell[];
}

/** The point, or null where no guess is given. */
export function pointOf(answer: Answer): LonLat | null {
  return answer.lat === null || answer.lon === null ? null : [answer.lon, answer.lat];
}

/** A piece of evidence with the sentence that tells of it. */
export interface Reason extends Evidence {
  sentence: string;
}

/**
 * Every piece of evidence with its sentence. There is one sentence a piece, in the same order; one
 * that belongs to none ("Nothing in this recording says …") is first.
 */
export function reasonsOf(answer: Answer): Reason[] {
  const extra = Math.max(0, answer.reasoning.length - answer.evidence.length);
  return answer.evidence.map((piece, index) => ({
    ...piece,
    sentence: answer.reasoning[index + extra] ?? piece.claim,
  }));
}
