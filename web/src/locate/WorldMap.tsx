/** The map: heat, the circles, the point and the candidates, over the countries of the world. */

import type { Signal } from '@preact/signals';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Answer, pointOf } from './answer';
import { MapButtons } from './MapButtons';
import { homeOf } from './home';
import { Labels } from './Labels';
import { Marks } from './Marks';
import { listen } from './gestures';
import { type Country, circle, heatShades } from './shapes';
import { useView } from './useView';
import {
  WORLD,
  around,
  copies,
  middleLon,
  project,
  scaleBar,
} from './view';
import { type Detail, loadWorld } from './world';
import { mapInWords, placeName } from './words';

const FINE_ZOOM = 3; // times the whole world: from there on coarse coasts look it
const HINT_MS = 1600;
const TOLD = 5; // candidates in the words for the map
const CLOSE_KM = 350;
const SCALE_PX = 130;

export interface MapProps {
  /** null shows the world alone. */
  answer: Answer | null;
  /** The rank of the candidate that a hand or the keyboard is at, counted from 0. */
  pointed: Signal<number | null>;
  /** The candidate to go to; a new object goes there again. */
  visited: Signal<{ rank: number } | null>;
}

export function WorldMap({ answer, pointed, visited }: MapProps) {
  const frame = useRef<HTMLDivElement>(null);
  const home = useMemo(() => homeOf(answer), [answer]);
  const { size, view, moves, show } = useView(frame, home);
  const isClose = view.k * WORLD > FINE_ZOOM * size.width;
  const { countries, failure } = useWorld(isClose ? 'fine' : 'coarse');
  const [isHinting, hint] = useHint();

  useEffect(() => listen(frame.current!, moves, hint), []);
  useEffect(() => {
    const one = visited.value && answer?.candidates[visited.value.rank];
    if (one) show(around([one.lon, one.lat], CLOSE_KM));
  }, [visited.value]);

  const scale = scaleBar(view, size, SCALE_PX);
  const seen = copies(view, size);
  const place = (copy: number) =>
    `translate(${view.x + copy * WORLD * view.k} ${view.y}) scale(${view.k})`;
  return (
    <figure class="map-figure">
      <div
        class="map"
        ref={frame}
        role="application"
        tabIndex={0}
        aria-roledescription="map"
        aria-label="Map. Arrow keys move it, plus and minus zoom, 0 shows the answer."
        aria-describedby="locate-map-words"
      >
        <svg width={size.width} height={size.height} aria-hidden="true" focusable="false">
          <defs>
            <g id="locate-world">
              <Countries countries={countries} />
            </g>
            <g id="locate-answer">
              {answer && <Overlay answer={answer} />}
            </g>
          </defs>
          {seen.map((copy) => (
            <use key={copy} href="#locate-world" transform={place(copy)} />
          ))}
          {[seen[0]! - 1, ...seen, seen.at(-1)! + 1].map((copy) => (
            <use key={copy} href="#locate-answer" transform={place(copy)} />
          ))}
          <Labels countries={countries} k={view.k} x={view.x} y={view.y} width={size.width} />
          {answer && (
            <Marks
              answer={answer}
              pointed={pointed}
              at={(point) => {
                const [x, y] = project(point);
                return [x * view.k + view.x, y * view.k + view.y];
              }}
              middle={middleLon(view, size)}
            />
          )}
        </svg>
        <MapButtons moves={moves} />
        <div class="map-scale" aria-hidden="true" style={{ width: `${scale.px}px` }}>
          {scale.km.toLocaleString('en')} km
        </div>
        <p class="map-hint" hidden={!isHinting} aria-hidden="true">
          Click the map first, or hold Ctrl, to zoom with the wheel.
        </p>
      </div>
      {failure && <p role="alert">{failure}</p>}
      <figcaption id="locate-map-words" class="visually-hidden">
        {mapInWords(answer)}{' '}
        {answer?.candidates.slice(0, TOLD).map(placeName).join('; ')}
      </figcaption>
    </figure>
  );
}

/** The countries, first the coarse ones; until others are there, those that were. */
function useWorld(detail: Detail) {
  const [countries, setCountries] = useState<Country[]>([]);
  const [failure, setFailure] = useState('');
  useEffect(() => {
    let isWanted = true;
    loadWorld(detail).then(
      (found) => isWanted && setCountries(found),
      () =>
        isWanted &&
        setFailure('The map of the world could not be loaded; the marks are drawn without it.'),
    );
    return () => {
      isWanted = false;
    };
  }, [detail]);
  return { countries, failure };
}

function useHint(): [boolean, () => void] {
  const [isHinting, setHinting] = useState(false);
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const hint = () => {
    setHinting(true);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setHinting(false), HINT_MS);
  };
  return [isHinting, hint];
}

function Countries({ countries }: { countries: Country[] }) {
  return useMemo(
    () => (
      <g class="map-land">
        {countries.map((country) => (
          <path key={country.id} d={country.path} />
        ))}
      </g>
    ),
    [countries],
  );
}

/** Heat and circles. A circle may reach out of its copy of the world. */
function Overlay({ answer }: { answer: Answer }) {
  return useMemo(() => {
    const point = pointOf(answer);
    const radii = [
      ['map-most', answer.radius_90_km],
      ['map-half', answer.radius_km],
    ] as const;
    return (
      <>
        {heatShades(answer.heat ?? []).map((shade, level) => (
          <path key={level} class="map-heat" d={shade} />
        ))}
        {point &&
          radii.map(([kind, km]) => {
            if (km === null) return null;
            const { area, line } = circle(point, km);
            const x = project(point)[0] - WORLD / 2;
            return (
              <g key={kind} class={kind} transform={`translate(${x} 0)`}>
                <path class="map-area" d={area} />
                <path class="map-line" d={line} />
              </g>
            );
          })}
      </>
    );
  }, [answer]);
}
