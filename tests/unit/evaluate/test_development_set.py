"""The development set, where it is: its references score perfectly against themselves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from audiosvc.evaluate.manifest import Entry, load_manifest
from audiosvc.evaluate.references import load_truth
from audiosvc.evaluate.scoring import score_file
from audiosvc.types import Coverage, Transcript

MANIFEST = Path(__file__).parents[4] / "shared" / "eval" / "dev" / "manifest.json"
ENTRIES = load_manifest(MANIFEST) if MANIFEST.is_file() else ()


@pytest.mark.skipif(not ENTRIES, reason=f"the development set is not at {MANIFEST}")
@pytest.mark.parametrize(
    "entry", [entry for entry in ENTRIES if entry.scorable], ids=lambda entry: entry.id
)
def test_references_are_perfect_transcripts_of_themselves(entry: Entry) -> None:
    truth = load_truth(entry)
    perfect = Transcript(
        truth.words or (), (), truth.language, entry.duration_s, Coverage(), "", truth.turns or ()
    )
    score = score_file(entry, replace(truth, text=None), perfect).score
    assert score.rates or score.language.total
    assert {key: rate.errors for key, rate in score.rates.items()} == dict.fromkeys(score.rates, 0)
    assert score.speakers.right == score.speakers.total
    assert score.language.right == score.language.total
    missing = score_file(entry, truth, None).score
    assert all(rate.errors == rate.total for rate in missing.rates.values())
