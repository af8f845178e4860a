"""Fits how far each kind of evidence is believed, and the calibration of localizability.

    python bench/fit_locate.py MANIFEST --keep DIR [--mixtures 200] [--take-only]

MANIFEST lists located recordings as ``audiosvc evaluate locate`` takes them. Their evidence is
taken once and kept in DIR, beside that of mixtures made from them. What is printed for
``weights.py`` is fitted on everything; what is printed about how good it is comes from places that
were not fitted on.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean, median

from fitting.heard import Heard, store, stored, take
from fitting.mixtures import draw
from fitting.search import Trial, fit_calibration, fit_weights, tried

from audiosvc.audio.resample import WIDE_RATE_HZ
from audiosvc.audio.sources import ArraySource, FileSource
from audiosvc.evaluate.geo_scores import calibration_error, place_weights, places, reliability
from audiosvc.evaluate.located import LocatedClip, load_located
from audiosvc.geo.atlas import Atlas, load_atlas
from audiosvc.geo.weights import WEIGHTS, Weights
from audiosvc.locating import Senses, load_senses
from audiosvc.settings import Settings

FOLDS = 5


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--keep", type=Path, required=True, help="folder for the evidence")
    parser.add_argument("--mixtures", type=int, default=200)
    parser.add_argument("--take-only", action="store_true", help="take evidence, fit nothing")
    return parser.parse_args()


def main() -> None:
    given = arguments()
    settings = Settings()
    clips = load_located(given.manifest)
    items = list(listen(clips, given.mixtures, given.keep, settings, load_senses(settings)))
    if given.take_only:
        return
    atlas = load_atlas(settings.cache_dir)
    if any(one.sources and one.votes.shape[1] != len(atlas.log_prior) for one in items):
        raise SystemExit(f"{given.keep} holds evidence on another map; give an empty folder.")
    print("\nBefore:")
    tell(tried(atlas.grid, atlas.log_prior, items, WEIGHTS), [WEIGHTS] * len(items))
    print(f"\nFitted, each place by what the others taught ({FOLDS} folds):")
    tell(*crossed(atlas, items))
    final = fitted(atlas, items)
    print("\nFor weights.py, from everything:")
    print(f"  by_source: {dict(final.by_source)}\n  {final.calibration}")


def listen(
    clips: Sequence[LocatedClip], mixtures: int, keep: Path, settings: Settings, senses: Senses
) -> Iterator[Heard]:
    """The evidence of every clip and mixture."""
    numbers = places([clip.point for clip in clips])
    place_of = {clip.id: number for clip, number in zip(clips, numbers, strict=True)}
    for clip in clips:
        path = keep / f"{clip.id}.npz"
        if not path.exists():
            store(path, take(FileSource(clip.audio), settings, senses))
        yield Heard(clip.id, "clip", clip.point, place_of[clip.id], **stored(path))
    for made in draw(clips, numbers, mixtures):
        path = keep / f"{made.id}.npz"
        if not path.exists():
            source = ArraySource(made.samples(), WIDE_RATE_HZ, name=made.id)
            store(path, take(source, settings, senses))
        yield Heard(made.id, made.kind, made.point, place_of[made.clip.id], **stored(path))


def fitted(atlas: Atlas, items: Sequence[Heard]) -> Weights:
    """Weights from recordings that are what they are, calibration from mixtures as well."""
    clips = [one for one in items if one.kind == "clip"]
    weights = fit_weights(atlas.grid, atlas.log_prior, clips, WEIGHTS)
    trials = tried(atlas.grid, atlas.log_prior, items, weights)
    calibration = fit_calibration(trials, weights.calibration)
    return Weights(weights.by_source, weights.other, weights.temperature, calibration)


def crossed(atlas: Atlas, items: Sequence[Heard]) -> tuple[list[Trial], list[Weights]]:
    """Every recording answered by weights that were fitted without its place."""
    trials: list[Trial] = []
    used: list[Weights] = []
    for fold in range(FOLDS):
        weights = fitted(atlas, [one for one in items if one.place % FOLDS != fold])
        out = [one for one in items if one.place % FOLDS == fold]
        trials += tried(atlas.grid, atlas.log_prior, out, weights)
        used += [weights] * len(out)
        print(f"  fold {fold}: {dict(weights.by_source)} {weights.calibration}", file=sys.stderr)
    return trials, used


def tell(trials: Sequence[Trial], used: Sequence[Weights]) -> None:
    """Errors and calibration of clips, of mixtures, and of each kind of mixture."""
    kinds = ["clip", "mixtures", *sorted({one.heard.kind for one in trials} - {"clip"})]
    print(f"  {'':10}  count  mean km  median km  over places  score  within  ECE  ECE places")
    for kind in kinds:
        chosen = [
            (trial, weights)
            for trial, weights in zip(trials, used, strict=True)
            if trial.heard.kind == kind or (kind == "mixtures" and trial.heard.kind != "clip")
        ]
        if chosen:
            _row(kind, *zip(*chosen, strict=True))


def _row(kind: str, trials: Sequence[Trial], used: Sequence[Weights]) -> None:
    errors = [trial.error_km for trial in trials]
    importance = place_weights([trial.heard.place for trial in trials])
    scores = [one.score(two.calibration) for one, two in zip(trials, used, strict=True)]
    within = [trial.within for trial in trials]
    even = sum(error * weight for error, weight in zip(errors, importance, strict=True))
    held = (
        mean(one.error_km <= one.radius_50_km for one in trials),
        mean(one.error_km <= one.radius_90_km for one in trials),
    )
    print(
        f"  {kind:10}  {len(trials):5}  {mean(errors):7.0f}  {median(errors):9.0f}  {even:11.0f}"
        f"  {mean(scores):5.2f}  {mean(within):6.2f}"
        f"  {calibration_error(reliability(scores, within)):.3f}"
        f"  {calibration_error(reliability(scores, within, importance)):.3f}"
        f"  radii hold {held[0]:.2f} and {held[1]:.2f}, highest score {max(scores):.2f}"
    )


if __name__ == "__main__":
    main()
