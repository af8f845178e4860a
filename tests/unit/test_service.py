"""The use case, with fakes: two passes, bounded memory, and errors that are our own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc import service
from audiosvc.__about__ import __version__
from audiosvc.audio.sources import Source
from audiosvc.catalog import Catalog
from audiosvc.errors import AudioUnreadable, ModelCorrupt, ModelFailed, ModelMissing, OptionError
from audiosvc.events import Event, Finished, Progress, SegmentReady
from audiosvc.ports import WindowTranscriber
from audiosvc.service import Models, load_models, stream, transcribe, window_limits
from audiosvc.settings import Settings
from audiosvc.spans import Span
from audiosvc.types import Audio, Hints, Limits, Notice, Transcript
from tests.fakes import (
    FakeDetector,
    FakePolyglot,
    FakeSource,
    FakeTranscriber,
    Line,
    Script,
    script,
)

LIMITS = Limits(window_s=30.0, margin_s=3.0, languages=frozenset({"de", "en", "fr"}))
MEETING = Script(
    tuple(Line("AB"[n % 2], 20.0 * n + 2, 20.0 * n + 18, f"this is turn {n}") for n in range(12))
)


class Fixture:
    """A recording and the models that hear it."""

    def __init__(
        self,
        story: Script = MEETING,
        *,
        source: FakeSource | None = None,
        transcriber: FakeTranscriber | None = None,
        detector: FakeDetector | None = None,
    ) -> None:
        self.source = source or FakeSource(story.end_s + 2.0)
        self.transcriber = transcriber or FakeTranscriber(story, limits=LIMITS)
        self.detector = detector or FakeDetector(story)
        self.models = Models("fake", lambda: self.transcriber, self.detector)

    def stream(self, hints: Hints | None = None, **settings: object) -> Iterator[Event]:
        chosen = Settings.model_validate(settings)
        return stream(cast(Source, self.source), chosen, self.models, hints=hints)

    def transcribe(self, **settings: object) -> Transcript:
        chosen = Settings.model_validate(settings)
        return transcribe(cast(Source, self.source), chosen, self.models)


def test_who_said_what_when() -> None:
    found = Fixture().transcribe()
    assert found.text.splitlines() == [line.text for line in MEETING.lines]
    assert [segment.speaker for segment in found.segments] == ["S1", "S2"] * 6
    assert [segment.span for segment in found.segments] == [line.span for line in MEETING.lines]
    assert (found.model, found.version, found.duration_s) == ("fake", __version__, 240.0)
    assert (found.notices, found.coverage.missed) == ((), ())


def test_the_recording_is_read_twice_and_listened_to_once() -> None:
    fixture = Fixture()
    fixture.transcribe()
    assert (fixture.source.passes, fixture.detector.passes) == (2, 1)
    assert fixture.source.open == 0


@pytest.mark.parametrize("windows_at_once", [1, 2])
def test_no_more_windows_are_held_than_are_worked_on(windows_at_once: int) -> None:
    limits = replace(LIMITS, windows_at_once=windows_at_once)
    fixture = Fixture(transcriber=FakeTranscriber(MEETING, limits=limits))
    fixture.transcribe()
    assert len(fixture.transcriber.cores) > 8
    assert max(fixture.transcriber.held) <= windows_at_once


def test_the_last_event_is_the_result_and_the_only_one() -> None:
    events = list(Fixture().stream())
    assert isinstance(events[-1], Finished)
    assert sum(isinstance(event, Finished) for event in events) == 1
    given_out = [event.segment.id for event in events if isinstance(event, SegmentReady)]
    assert given_out == list(range(12))


@pytest.mark.parametrize("known", [True, False])
def test_progress_is_told_while_listening_and_while_transcribing(known: bool) -> None:
    fixture = Fixture()
    if not known:
        fixture.source.duration_s = None
    progress = [event for event in fixture.stream() if isinstance(event, Progress)]
    stages = [event.stage for event in progress]
    assert stages == sorted(stages, key=["listen", "transcribe"].index)
    for stage, total_s in (("listen", 240.0 if known else None), ("transcribe", 240.0)):
        own = [event for event in progress if event.stage == stage]
        done_s = [event.done_s for event in own]
        assert done_s == sorted(done_s)
        assert len(done_s) > 8
        assert done_s[-1] == pytest.approx(240.0)
        assert {event.total_s for event in own} == {total_s}


def test_silence_is_said_to_be_silence() -> None:
    fixture = Fixture(script(), source=FakeSource(60.0))
    found = fixture.transcribe()
    assert not (found.segments or found.speakers or found.turns)
    assert (found.language, found.duration_s) == (None, 60.0)
    assert [notice.code for notice in found.notices] == ["no_speech"]
    assert fixture.transcriber.cores == []
    assert fixture.transcribe(language="de").language is None


def test_what_was_odd_about_the_recording_is_told_first() -> None:
    odd = Notice("damaged", "Two packets were left out.")
    retried = Notice("text_retried", "once more", Span(1, 2))
    fixture = Fixture(
        source=FakeSource(240.0, notices=(odd,)),
        transcriber=FakeTranscriber(MEETING, limits=LIMITS, notices={1: retried}),
    )
    assert fixture.transcribe().notices == (odd, retried)


def test_times_are_those_of_the_recording_wherever_it_is_begun() -> None:
    found = Fixture(source=FakeSource(182.0, start_s=100.0)).transcribe()
    assert [segment.span for segment in found.segments] == [
        line.span for line in MEETING.lines if 100.0 < line.start_s < 182.0
    ]
    assert found.duration_s == 82.0


def test_the_number_of_speakers_may_be_given() -> None:
    assert len(Fixture().transcribe(speakers=1).speakers) == 1
    assert len(Fixture().transcribe(max_speakers=1).speakers) == 1
    assert len(Fixture().transcribe(min_speakers=2, max_speakers=5).speakers) == 2


def test_an_unknown_language_is_refused_before_anything_is_decoded() -> None:
    fixture = Fixture()
    with pytest.raises(OptionError, match=r"no language 'xx'.*It knows: de, en, fr"):
        fixture.transcribe(language="xx")
    assert (fixture.source.passes, fixture.detector.passes) == (0, 0)


def test_a_model_that_knows_no_list_of_languages_takes_any() -> None:
    fixture = Fixture(transcriber=FakeTranscriber(MEETING, limits=Limits(30.0, 3.0)))
    assert fixture.transcribe(language="xx").language == "xx"


def test_the_language_is_told_from_the_whole_recording() -> None:
    """The first voices have an accent."""
    transcriber = FakePolyglot(MEETING, {0.0: "fr", 70.0: "en"}, limits=LIMITS)
    fixture = Fixture(transcriber=transcriber)
    assert fixture.transcribe().language == "en"
    assert {hints.language for hints in transcriber.hints} == {"en"}
    assert transcriber.listened[0].start_s < 70.0
    assert transcriber.listened[-1].start_s > 180.0


def test_a_language_that_is_given_is_not_looked_for() -> None:
    transcriber = FakePolyglot(MEETING, {0.0: "fr"}, limits=LIMITS)
    assert Fixture(transcriber=transcriber).transcribe(language="de").language == "de"
    assert not transcriber.listened
    assert {hints.language for hints in transcriber.hints} == {"de"}


def test_each_window_may_have_a_language_of_its_own() -> None:
    transcriber = FakePolyglot(MEETING, {0.0: "fr", 90.0: "en"}, limits=LIMITS)
    fixture = Fixture(transcriber=transcriber)
    assert fixture.transcribe(language_per_window=True).language == "en"
    assert {hints.language for hints in transcriber.hints} == {None}


@given(
    window_s=st.floats(10.1, 86_400.0),
    margin_s=st.floats(0.0, 30.0),
    longest_s=st.none() | st.floats(60.0, 20_000.0),
)
def test_a_window_with_its_margins_is_never_more_than_the_model_takes(
    window_s: float, margin_s: float, longest_s: float | None
) -> None:
    own = Limits(300.0, margin_s, first_window_s=20.0, longest_s=longest_s)
    transcriber = FakeTranscriber(MEETING, limits=own)
    settings = Settings(window_s=window_s)
    if longest_s is not None and window_s > longest_s:
        with pytest.raises(OptionError, match=f"ask for {int(longest_s)} s or less"):
            window_limits(transcriber, settings)
        return
    limits = window_limits(transcriber, settings)
    assert (limits.window_s, limits.first_window_s) == (window_s, None)
    assert 0.0 <= limits.margin_s <= min(margin_s, window_s / 10 + 1e-9)
    assert longest_s is None or window_s + 2 * limits.margin_s <= longest_s + 1e-6
    assert window_limits(transcriber, Settings()) == own


def test_windows_are_as_long_as_was_asked_for() -> None:
    limits = replace(LIMITS, first_window_s=10.0)
    for said, count in (("40", 6), ("2m", 2), ("90m", 1)):
        fixture = Fixture(transcriber=FakeTranscriber(MEETING, limits=limits))
        found = fixture.transcribe(window_s=said)
        assert found.text.splitlines() == [line.text for line in MEETING.lines]
        lengths_s = [core.duration_s for core in fixture.transcriber.cores]
        assert len(lengths_s) >= count
        assert max(lengths_s) <= Settings(window_s=said).window_s  # type: ignore[arg-type, operator]
        assert lengths_s[0] > 10.0  # the first one, too
    assert len(fixture.transcriber.cores) == 1


def test_a_window_that_the_model_cannot_take_is_refused_before_any_runs() -> None:
    limits = replace(LIMITS, longest_s=60.0)
    fixture = Fixture(transcriber=FakeTranscriber(MEETING, limits=limits))
    with pytest.raises(OptionError, match=r"^A window of 90 s .*: ask for 60 s or less\.$"):
        fixture.transcribe(window_s="90")
    assert fixture.transcriber.cores == []


class FakeCatalog:
    """Knows every name, and writes down what transcribers are loaded with."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, object]]] = []

    def find(self, name: str) -> SimpleNamespace:
        return SimpleNamespace(id=f"the {name}")

    def load(self, name: str) -> FakeDetector:
        return FakeDetector(MEETING)

    def transcriber(self, name: str, **options: object) -> FakeTranscriber:
        self.asked.append((name, options))
        return FakeTranscriber(MEETING)


def test_a_transcriber_is_told_how_it_is_wanted() -> None:
    catalog = FakeCatalog()
    unusual = Settings(
        model="moss", threads=1, device="cuda:1", dtype="float16", align="off", diarization="x"
    )
    _ = load_models(unusual, cast(Catalog, catalog)).transcriber
    said = {"device": "cuda:1", "dtype": "float16", "align": "off", "diarization": "x"}
    assert catalog.asked == [("moss", {"threads": 1, **said})]


def test_auto_is_decided_by_what_is_here_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, object]] = []

    def choose(catalog: object, **about: object) -> SimpleNamespace:
        asked.append(about)
        return SimpleNamespace(model="moss", reason="a GPU and its weights are here")

    monkeypatch.setattr(service, "choose", choose)
    catalog = FakeCatalog()
    settings = Settings(model="auto", threads=1, device="cuda", model_server="http://here:1/v1#m")
    models = load_models(settings, cast(Catalog, catalog))
    assert (models.name, models.reason) == ("the moss", "a GPU and its weights are here")
    assert asked == [{"model_server": "http://here:1/v1#m", "device": "cuda"}]
    _ = models.transcriber
    assert [name for name, _ in catalog.asked] == ["moss"]
    named = load_models(Settings(model="base"), cast(Catalog, catalog))
    assert (named.reason, len(asked)) == (None, 1)


def test_hints_are_handed_on() -> None:
    fixture = Fixture()
    list(fixture.stream(Hints(hotwords=("Maria",), prompt="a meeting"), language="en"))
    assert fixture.transcriber.hints[0] == Hints("en", ("Maria",), "a meeting")


def test_a_model_that_raises_is_a_model_that_failed() -> None:
    error = RuntimeError("out of memory\nat line 4")
    fixture = Fixture(transcriber=FakeTranscriber(MEETING, limits=LIMITS, raises=(70.0, error)))
    events: list[Event] = []
    with pytest.raises(ModelFailed, match=r"while it worked: out of memory$") as failed:
        events.extend(fixture.stream())
    assert any(isinstance(event, SegmentReady) for event in events)
    assert failed.value.__cause__ is error
    fixture = Fixture(transcriber=FakeTranscriber(MEETING, limits=LIMITS, raises=(1.0, KeyError())))
    with pytest.raises(ModelFailed, match="KeyError"):
        fixture.transcribe()


def test_an_error_of_our_own_stays_what_it_is() -> None:
    error = ModelCorrupt("the weights have changed")
    fixture = Fixture(transcriber=FakeTranscriber(MEETING, limits=LIMITS, raises=(70.0, error)))
    with pytest.raises(ModelCorrupt):
        fixture.transcribe()


def test_a_detector_that_raises_is_a_model_that_failed() -> None:
    class Broken(FakeDetector):
        def start(self) -> FakeDetector:  # type: ignore[override]
            raise RuntimeError("no such operator")

    with pytest.raises(ModelFailed, match="no such operator"):
        Fixture(detector=Broken(MEETING)).transcribe()


def test_a_language_detector_that_raises_is_a_model_that_failed() -> None:
    class Broken(FakePolyglot):
        def detect_language(self, stretches: Sequence[Audio]) -> list[dict[str, float]]:
            raise ValueError("wrong shape")

    with pytest.raises(ModelFailed, match="wrong shape"):
        Fixture(transcriber=Broken(MEETING, {0.0: "en"}, limits=LIMITS)).transcribe()


def test_a_model_that_is_missing_is_said_so() -> None:
    def missing() -> WindowTranscriber:
        raise ModelMissing("pip install audiosvc[embedded]")

    fixture = Fixture()
    models = Models("fake", missing, fixture.detector)
    with pytest.raises(ModelMissing, match="pip install"):
        transcribe(cast(Source, fixture.source), Settings(), models)


def test_segments_are_given_out_before_what_follows_them_is_heard() -> None:
    fixture = Fixture()
    for event in fixture.stream():
        if isinstance(event, SegmentReady):
            break
    assert len(fixture.transcriber.cores) == 1


def test_closing_the_stream_stops_the_work() -> None:
    fixture = Fixture()
    events = fixture.stream()
    while not isinstance(next(events), SegmentReady):
        pass
    assert fixture.source.open == 1
    getattr(events, "close")()  # noqa: B009 - an iterator need not have one, and this one does
    assert fixture.source.open == 0
    assert len(fixture.transcriber.cores) == 1


def test_closing_the_stream_while_it_listens_stops_the_reading() -> None:
    fixture = Fixture()
    events = fixture.stream()
    next(events)
    getattr(events, "close")()  # noqa: B009
    assert (fixture.source.passes, fixture.source.open) == (1, 0)


def test_a_recording_that_cannot_be_read_is_said_so() -> None:
    error = AudioUnreadable("nothing in it can be decoded")
    for ends_at_s in ([0.0], [40.0], [240.0, 100.0]):
        fixture = Fixture(source=FakeSource(240.0, ends_at_s=ends_at_s, error=error))
        with pytest.raises(AudioUnreadable):
            fixture.transcribe()
        assert fixture.source.passes == len(ends_at_s)


def test_a_recording_that_breaks_off_gives_what_it_has() -> None:
    found = Fixture(source=FakeSource(240.0, ends_at_s=[90.0, 90.0])).transcribe()
    assert found.duration_s == 90.0
    assert found.text.splitlines()[:4] == [line.text for line in MEETING.lines[:4]]
    assert found.coverage.missed == ()


def test_what_a_second_reading_no_longer_gives_is_missed_and_not_passed_over() -> None:
    found = Fixture(source=FakeSource(240.0, ends_at_s=[240.0, 100.0])).transcribe()
    assert found.duration_s == 240.0
    assert len(found.segments) == 5
    assert found.coverage.missed == tuple(line.span for line in MEETING.lines[5:])


def test_a_recording_without_a_single_block_is_empty() -> None:
    found = Fixture(script(), source=FakeSource(0.0)).transcribe()
    assert (found.duration_s, found.segments) == (0.0, ())
    assert [notice.code for notice in found.notices] == ["no_speech"]
