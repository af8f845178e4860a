"""AGL1K's rules and files, on made-up clips."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from audiosvc.cli import evaluate
from audiosvc.errors import FormatError, ManifestError
from audiosvc.estimates import Point
from audiosvc.evaluate import agl1k_files
from audiosvc.evaluate.agl1k import CATEGORIES, Clip, Prediction, at_random, constant, score
from audiosvc.evaluate.agl1k_names import continent_key, country_key

COLUMNS = ["key", "longitude", "latitude", "city", "country", "continent", *CATEGORIES]
FUSED = [*COLUMNS[:10], "channel_environment_and_background", *COLUMNS[12:]]
BERLIN = "a,13.4,52.5,Berlin,Germany,Europe,1.0,0,0,0,0,0,0,0"
LIMA = "b,-77.03,-12.05,Lima,Peru,South America,0.05,1.0,0,0,0.2,0,0,0"
ROME = "c,12.45,41.9,Vatican City,Holy See,,0.1,0,0,0,0,0,0,0"


def clip(lat: float = 52.5, lon: float = 13.4, **heard: float) -> Clip:
    return Clip(
        Point(lat, lon), "Berlin", "Germany", "Europe", dict.fromkeys(CATEGORIES, 0.0) | heard
    )


def here(**changes: str | None) -> Prediction:
    given_ = {"lat": "52.5", "lon": "13.4", "city": "berlin", "country": "Deutschland"}
    return Prediction(**({**given_, "continent": "EUROPE"} | changes))  # type: ignore[arg-type]


def truth_file(folder: Path, header: list[str], *rows: str) -> Path:
    path = folder / "truth.csv"
    path.write_text("\n".join([",".join(header), *rows]) + "\n", encoding="utf-8")
    return path


def predictions_file(folder: Path, *entries: object) -> Path:
    path = folder / "model.json"
    path.write_text(json.dumps(list(entries)))
    return path


def entry(key: str, lat: object, lon: object, **names: object) -> dict[str, object]:
    return {"question_id": key, "predicted_latitude": lat, "predicted_longitude": lon} | {
        f"predicted_{name}": value for name, value in names.items()
    }


def test_a_right_answer_is_right_in_everything() -> None:
    row = score({"a": clip()}, {"a": here()})
    assert (row.mean_km, row.strict_km) == (0.0, 0.0)
    assert (row.continent, row.country, row.city, row.refused) == (1.0, 1.0, 1.0, 0.0)


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        ("0", "0"),
        ("51", "0.0"),
        ("0.00", "9"),
        ("", "9"),
        (None, "9"),
        ("9", "Unknown"),
        ("-1", "9"),
    ],
)
def test_a_refused_coordinate_counts_10_000_km(lat: str | None, lon: str | None) -> None:
    row = score({"a": clip()}, {"a": here(lat=lat, lon=lon)})
    assert (row.mean_km, row.unusable) == (10_000, 0)


@pytest.mark.parametrize(
    ("lat", "lon"), [("Not specified", "9"), ("91", "9"), ("nan", "9"), ("9", "1e999")]
)
def test_an_unreadable_coordinate_is_left_out_and_said(lat: str, lon: str) -> None:
    truth = {"a": clip(), "b": clip(), "c": clip()}
    row = score(truth, {"a": here(), "b": here(lat=lat, lon=lon)})
    assert (row.mean_km, row.unusable, row.absent) == (0.0, 1, 1)
    assert row.strict_km == pytest.approx(20_000 / 3)


def test_nothing_usable_has_no_mean() -> None:
    row = score({"a": clip()}, {"a": here(lat="north")})
    assert (row.mean_km, row.median_km, row.within, row.strict_km) == (None, None, {}, 10_000)


def test_speech_begins_at_a_tenth_and_scenes_are_told_apart_without_it() -> None:
    truth = {
        "speech": clip(human_sounds=0.1, music=1.0),
        "music": clip(human_sounds=0.09, music=0.5),
        "else": clip(),
    }
    far = here(lat="-52.5")
    row = score(truth, {"speech": far, "music": here(), "else": far})
    assert row.speech_km == pytest.approx(11_634, abs=5)
    assert row.other_km == pytest.approx(11_634 / 2, abs=5)
    assert (row.scenes_km["music"], row.scenes_km["animal"]) == (0.0, None)


def test_a_name_that_either_side_lacks_is_not_compared_and_any_refusal_is_counted() -> None:
    row = score({"a": clip(), "b": clip()}, {"a": here(country=""), "b": here(country="France")})
    assert (row.country, row.refused) == (0.0, 0.5)
    assert score({"a": clip()}, {"a": here(city="unknown")}).refused == 1.0


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("the United States of America", "USA"),
        ("U.S.A.", "us"),
        ("Türkiye", "Turkey"),
        ("England", "United Kingdom"),
        ("Taiwan, Province of China", "China"),
        ("Czech Republic", "czechia"),
    ],
)
def test_countries_have_aliases(a: str, b: str) -> None:
    assert country_key(a) == country_key(b)


def test_names_that_are_not_names() -> None:
    assert (country_key(""), country_key(None), continent_key(" ")) == (None, None, None)
    assert continent_key("Australia") == continent_key("oceania")
    assert continent_key("Antarctic Peninsula") == "antarctica"
    assert country_key("Ukraine") != country_key("The Gambia")


@given(st.integers(0, 1000))
def test_baselines_answer_every_clip_and_a_seed_repeats_itself(seed: int) -> None:
    truth = {"a": clip(), "b": clip(-33.0, 151.0)}
    guesses = at_random(truth, seed)
    assert guesses == at_random(truth, seed)
    assert score(truth, guesses).absent == score(truth, guesses).unusable == 0
    assert set(constant(truth, here()).values()) == {here()}


@pytest.mark.parametrize("header", [COLUMNS, FUSED])
def test_the_published_header_and_a_mended_one_read_the_same(
    tmp_path: Path, header: list[str]
) -> None:
    truth = agl1k_files.load_truth(truth_file(tmp_path, header, BERLIN, LIMA, ROME))
    assert truth["b"].point == Point(-12.05, -77.03)
    assert truth["b"].heard["channel"] == 0.2
    assert truth["b"].heard["environment_and_background"] == 0.0
    assert truth["c"].continent is None


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        (COLUMNS, BERLIN + ",9", "15 fields, and the header has 14"),
        (COLUMNS[:-1], BERLIN, "no column source_ambiguous_sounds"),
        (COLUMNS, BERLIN.replace("52.5", "x"), "'latitude' is no number: 'x'"),
        (COLUMNS, BERLIN.replace("52.5", "152.5"), "152.5, 13.4 is no place on Earth"),
        (COLUMNS, BERLIN.replace("1.0", "nan"), "'human_sounds' is no number"),
        (COLUMNS, f"{BERLIN}\n{BERLIN}", r"clip 2 \(a\): the key occurs twice"),
        (COLUMNS, f'{BERLIN}\n"x', "does not read as CSV"),
        (COLUMNS, "", "has no clips"),
    ],
)
def test_a_truth_table_that_does_not_follow_its_format_is_named(
    tmp_path: Path, header: list[str], row: str, said: str
) -> None:
    with pytest.raises(ManifestError, match=said):
        agl1k_files.load_truth(truth_file(tmp_path, header, row))


def test_predictions_may_be_a_list_or_one_a_line(tmp_path: Path) -> None:
    truth = {"a": clip(), "b": clip()}
    entries = [entry("a", "52.5", "13.4", city="Berlin"), entry("b", 0, -3.5, reasoning=["x"])]
    whole = agl1k_files.load_predictions(predictions_file(tmp_path, *entries), truth)
    lines = tmp_path / "lines.jsonl"
    lines.write_text("\n".join(json.dumps(one) for one in entries) + "\n")
    assert agl1k_files.load_predictions(lines, truth) == whole
    assert whole["a"] == Prediction("52.5", "13.4", "Berlin")
    assert score(truth, {"b": whole["b"]}).mean_km == 10_000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "neither a JSON list"),
        ("[" * 100_000, "neither a JSON list"),
        ("[1]", "neither a JSON list"),
        ("[]", "has no predictions"),
        (json.dumps([entry("z", 1, 1)]), "entry 1: the clip z is not in the truth"),
        (json.dumps([entry("a", 1, 1)] * 2), "entry 2: the clip a occurs twice"),
        (json.dumps([entry("a", [1], 1)]), "entry 1: 'predicted_latitude'"),
        (json.dumps([{"predicted_latitude": 1}]), "entry 1: 'question_id'"),
        (json.dumps([entry("a" * 300, 1, 1)]), "entry 1: 'question_id'"),
    ],
)
def test_predictions_that_do_not_follow_their_format_are_named(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "model.json"
    path.write_text(text)
    with pytest.raises(FormatError, match=said):
        agl1k_files.load_predictions(path, {"a": clip()})


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "latin.json").write_bytes(b"[\xff]")
    with pytest.raises(FormatError, match=r"latin.json is not UTF-8"):
        agl1k_files.load_predictions(tmp_path / "latin.json", {})
    with pytest.raises(FormatError, match="Cannot read"):
        agl1k_files.load_predictions(tmp_path, {})
    with (tmp_path / "huge.csv").open("wb") as file:
        file.truncate(agl1k_files.MAX_BYTES + 1)
    with pytest.raises(ManifestError, match="larger than 64 MiB"):
        agl1k_files.load_truth(tmp_path / "huge.csv")


def test_the_command_prints_rows_and_writes_them(tmp_path: Path) -> None:
    truth = truth_file(tmp_path, FUSED, BERLIN, LIMA)
    given_ = predictions_file(tmp_path, entry("a", "52.5", "13.4", country="Germany"))
    out = tmp_path / "out.json"
    result = CliRunner().invoke(
        evaluate.app, ["agl1k", str(given_), "--truth", str(truth), "--json", str(out)]
    )
    assert result.exit_code == 0, result.output
    assert "always Frankfurt" in result.output
    rows = json.loads(out.read_text())["rows"]
    assert (rows["model"]["mean_km"], rows["model"]["strict_km"]) == (0.0, 5_000.0)
    assert rows["always Frankfurt"]["country"] == 0.5
    assert rows["random, seed 0"]["answered"] == 2
