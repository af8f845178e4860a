"""A joint model behind the seam: nothing that was said is lost, whatever the model does."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from audiosvc.errors import ModelFailed, ModelMissing
from audiosvc.events import Event, Progress, SegmentReady
from audiosvc.spans import Span
from audiosvc.transcription.joint import Joint
from audiosvc.transcription.joint.tools import Aligner, Spare
from audiosvc.transcription.session import Session
from audiosvc.transcription.windows import cut_cores, cut_windows
from audiosvc.types import (
    Hints,
    LocalSegment,
    Notice,
    Request,
    Transcript,
    Voice,
    Window,
    WindowPiece,
)
from tests.fakes import FakeEmbedder, FakeTranscriber, Script, script
from tests.fakes.joint import FakeAligner, FakeJointModel, Fault, noise

TALK = script(
    ("Ann", 1.0, 6.0, "Good morning, have the parts for the bridge arrived by now?"),
    ("Bob", 6.5, 11.0, "Most of them have, the long bolts are still on their way."),
    ("Ann", 12.0, 17.0, "Then somebody should call the supplier before lunch today."),
    ("Bob", 40.0, 45.0, "I will do that, and who looks after the crane next week?"),
    ("Cem", 45.5, 50.0, "Maria does, she has booked it for two days at least."),
    ("Ann", 51.0, 57.0, "All right, then I shall write to everybody this evening."),
)
END_S = 60.0


def window_of(story: Script = TALK, core: Span | None = None) -> Window:
    audio = noise(END_S)
    return Window(audio, core or audio.span, story.speech)


def joint(
    model: FakeJointModel, spare: Spare | None = None, aligner: Aligner | None = None
) -> Joint:
    return Joint(model, FakeEmbedder(TALK), threads=2, spare=spare, aligner=aligner)


def hear(
    fault: Fault | None = None,
    *,
    hints: Hints | None = None,
    spare: Spare | None = None,
    aligner: Aligner | None = None,
) -> tuple[list[WindowPiece], FakeJointModel]:
    """All pieces of one window, and the model that wrote them."""
    model = FakeJointModel(TALK, noise(END_S), fault=fault)
    pieces = list(joint(model, spare, aligner)(window_of(), hints or Hints()))
    assert not model.open  # whatever happened, nothing goes on
    return pieces, model


def segments_of(pieces: list[WindowPiece]) -> list[LocalSegment]:
    return [piece for piece in pieces if isinstance(piece, LocalSegment)]


def codes_of(pieces: list[WindowPiece]) -> list[str]:
    return [piece.code for piece in pieces if isinstance(piece, Notice)]


def assert_all_is_written(pieces: list[WindowPiece]) -> None:
    """Each line once, at its time, and each voice under one name."""
    found = sorted(segments_of(pieces), key=lambda one: one.span)
    assert [one.text for one in found] == [line.text for line in TALK.lines]
    names: dict[str, set[str | None]] = {}
    for one, line in zip(found, TALK.lines, strict=True):
        assert abs(one.span.start_s - line.start_s) < 0.3
        assert abs(one.span.end_s - line.end_s) < 0.3
        names.setdefault(line.speaker, set()).add(one.speaker)
    assert all(len(own) == 1 for own in names.values())
    assert len(set.union(*names.values())) == len(names)


def first_only(said: Fault) -> Fault:
    """A fault of the first request alone."""

    def fault(number: int, request: Request, text: str) -> object:
        return said(number, request, text) if number == 0 else (text, "stop")

    return fault  # type: ignore[return-value]


def test_a_window_is_written_with_voices_and_without_notices() -> None:
    pieces, model = hear()
    assert_all_is_written(pieces)
    assert codes_of(pieces) == []
    voices = [piece for piece in pieces if isinstance(piece, Voice)]
    assert {voice.speaker for voice in voices} == {one.speaker for one in segments_of(pieces)}
    assert all(0.0 < voice.speech_s <= voice.span.duration_s + 1e-6 <= 4.1 for voice in voices)
    assert len(model.requests) == 1


def test_long_silence_is_not_heard_and_its_time_is_kept() -> None:
    _, model = hear()
    (request,) = model.requests
    assert request.audio.start_s == 0.0
    assert 34.0 < request.audio.duration_s < 38.0  # 23 of 60 s are silence


def test_the_budget_grows_with_the_sound() -> None:
    _, model = hear()
    (request,) = model.requests
    assert 7 * request.audio.duration_s < request.max_tokens < 30 * request.audio.duration_s


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.8])
def test_what_a_model_that_stops_early_leaves_out_is_tried_again(share: float) -> None:
    def stops(number: int, request: Request, text: str) -> tuple[str, str]:
        return text[: int(share * len(text))], "stop"

    pieces, model = hear(first_only(stops))
    written = " ".join(one.text for one in segments_of(pieces))
    for line in TALK.lines:
        assert line.text.split()[-1] in written
    assert "retried" in codes_of(pieces)
    assert "stopped_early" not in codes_of(pieces)
    assert all(request.careful for request in model.requests[1:])


def test_a_loop_is_cut_short_and_none_of_it_is_written() -> None:
    def loops(number: int, request: Request, text: str) -> tuple[str, str]:
        return text[: text.index("[", 90)] + "and so on " * 5000, "length"

    pieces, _ = hear(first_only(loops))
    assert "so on" not in " ".join(one.text for one in segments_of(pieces))
    assert_all_is_written(pieces)
    assert "retried" in codes_of(pieces)


def test_a_loop_of_whole_segments_is_cut_short() -> None:
    def loops(number: int, request: Request, text: str) -> tuple[str, str]:
        rounds = "".join(
            f"[{20 + n / 10:.1f}][S01]I did not say that at all.[{20 + n / 10 + 0.1:.1f}]"
            for n in range(100)
        )
        return text[: text.index("]", 80) + 1] + rounds, "length"

    pieces, _ = hear(first_only(loops))
    assert "I did not say" not in " ".join(one.text for one in segments_of(pieces))
    assert_all_is_written(pieces)


def test_a_model_that_breaks_off_is_asked_again() -> None:
    def breaks(number: int, request: Request, text: str) -> tuple[str, Exception]:
        return text[: len(text) // 2], RuntimeError("the kernel died")

    pieces, _ = hear(first_only(breaks))
    assert_all_is_written(pieces)


def test_a_model_that_is_gone_is_not_asked_again() -> None:
    asked = []

    def gone(number: int, request: Request, text: str) -> Exception:
        asked.append(number)
        return ModelMissing("The model server cannot be reached.")

    with pytest.raises(ModelMissing, match="cannot be reached"):
        hear(gone, spare=lambda: FakeTranscriber(TALK))
    assert asked == [0]


def test_a_model_that_always_fails_says_so() -> None:
    with pytest.raises(ModelFailed, match="no luck"):
        hear(lambda number, request, text: ModelFailed("no luck"))


def test_what_the_model_never_writes_is_written_by_the_spare_and_marked() -> None:
    def never(number: int, request: Request, text: str) -> tuple[str, str]:
        return text[: text.index("]", 80) + 1] if number == 0 else "", "stop"

    pieces, _ = hear(never, spare=lambda: FakeTranscriber(TALK))
    assert_all_is_written(pieces)
    marked = [piece for piece in pieces if isinstance(piece, Notice)]
    assert "other_model" in {notice.code for notice in marked}
    assert "stopped_early" not in {notice.code for notice in marked}


def test_without_a_spare_what_is_lost_is_named() -> None:
    def never(number: int, request: Request, text: str) -> tuple[str, str]:
        return text[: text.index("]", 80) + 1] if number == 0 else "", "stop"

    pieces, model = hear(never)
    lost = [one.span for one in pieces if isinstance(one, Notice) and one.code == "stopped_early"]
    for line in TALK.lines[1:]:
        assert any(span is not None and span.overlap_s(line.span) > 3.0 for span in lost)
    assert len(model.requests) > 3  # whole, then in smaller pieces, then in smaller ones still


def test_a_language_that_the_text_cannot_be_in_is_not_believed() -> None:
    def chinese(number: int, request: Request, text: str) -> tuple[str, str]:
        return (
            "[0.0][S01]" + "早上好桥梁的零件到了吗大部分到了长螺栓还在路上" * 4 + "[30.0]",
            "stop",
        )

    pieces, _ = hear(first_only(chinese), hints=Hints(language="en"))
    assert_all_is_written(pieces)
    assert "language_contradicted" in codes_of(pieces)
    pieces, _ = hear(first_only(chinese))  # nobody said which language it is
    assert "桥梁" in segments_of(pieces)[0].text


def test_a_text_far_too_short_for_its_time_is_tried_again() -> None:
    def lazy(number: int, request: Request, text: str) -> tuple[str, str]:
        return "[0.5][S01]Hm.[38.0]", "stop"

    pieces, _ = hear(first_only(lazy))
    assert_all_is_written(pieces)
    pieces, _ = hear(lazy)
    assert [one.text for one in segments_of(pieces)].count("Hm.") >= 1
    assert "little_text" in codes_of(pieces) or "stopped_early" not in codes_of(pieces)


def test_times_that_go_back_are_mended_and_told() -> None:
    def back(number: int, request: Request, text: str) -> tuple[str, str]:
        return text.replace("[40.0", "[1.0").replace("[S03]", "[s03]"), "stop"

    def wild(number: int, request: Request, text: str) -> tuple[str, str]:
        return text + "[2.0][S01]One more thing.[9000.0]", "stop"

    pieces, _ = hear(first_only(wild))
    extra = next(one for one in segments_of(pieces) if one.text == "One more thing.")
    assert 55.0 < extra.span.start_s <= extra.span.end_s <= END_S
    assert "marks_mended" in codes_of(pieces)


def test_speakers_that_the_model_left_out_are_told_by_their_voices() -> None:
    model = FakeJointModel(TALK, noise(END_S), named=False)
    pieces = list(joint(model)(window_of(), Hints()))
    assert_all_is_written(pieces)


def test_what_json_says_is_understood_as_well() -> None:
    model = FakeJointModel(TALK, noise(END_S), markup="json")
    assert_all_is_written(list(joint(model)(window_of(), Hints())))


def test_words_have_times_where_there_is_an_aligner() -> None:
    pieces, _ = hear(aligner=lambda language: FakeAligner(), hints=Hints(language="en"))
    for one in segments_of(pieces):
        assert "".join(word.text for word in one.words).strip() == one.text
        assert one.confidence == pytest.approx(0.9)
    assert codes_of(pieces) == []
    pieces, _ = hear(aligner=lambda language: None, hints=Hints(language="en"))
    assert codes_of(pieces) == ["no_word_times"]


def test_events_are_kept() -> None:
    def laughs(number: int, request: Request, text: str) -> tuple[str, str]:
        return text.replace(
            "lunch today.", "lunch [laughter] today."
        ) + "[38.2][applause][38.4]", "stop"

    pieces, _ = hear(first_only(laughs))
    assert [one.events for one in segments_of(pieces) if one.events] == [("laughter",)]
    told = [one.message for one in pieces if isinstance(one, Notice) and one.code == "event"]
    assert told == ["[applause]"]


def test_silence_is_not_given_to_the_model() -> None:
    model = FakeJointModel(TALK, noise(END_S))
    assert list(joint(model)(Window(noise(5.0), Span(0.0, 5.0)), Hints())) == []
    assert model.requests == []


class Waiting(FakeJointModel):
    """Writes its first line, and the rest when it is let."""

    def __init__(self) -> None:
        super().__init__(TALK, noise(END_S), step=40)
        self.go_on = threading.Event()

    def write(self, request: Request) -> object:  # type: ignore[override]
        writing = super().write(request)
        original = writing.__class__.__next__

        class Slow(writing.__class__):  # type: ignore[name-defined,misc]
            def __next__(own) -> str:  # noqa: N805 - the model is self
                if own.given > 400 and not own._closed:
                    assert self.go_on.wait(10.0), "nobody let it go on"
                return original(own)

        writing.__class__ = Slow
        return writing


def test_segments_leave_while_the_window_is_still_written() -> None:
    model = Waiting()
    pieces: Iterator[WindowPiece] = joint(model)(window_of(), Hints())
    first = next(piece for piece in pieces if isinstance(piece, LocalSegment))
    assert first.text == TALK.lines[0].text
    assert not model.go_on.is_set()
    model.go_on.set()
    assert len(segments_of([first, *pieces])) == len(TALK.lines)


def test_a_window_that_is_given_up_stops_the_model() -> None:
    model = Waiting()
    pieces = joint(model)(window_of(), Hints())
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    model.go_on.set()
    assert len(segments_of(list(pieces))) < len(TALK.lines)
    assert not model.open
    assert len(model.requests) == 1


def transcribe(model: FakeJointModel) -> tuple[list[Event], Transcript]:
    """The whole recording in windows of twenty seconds, through a session."""
    transcriber = joint(model)
    whole = Span(0.0, END_S)
    cores = cut_cores(TALK.speech, whole, transcriber.limits)
    assert len(cores) > 1
    windows = cut_windows([noise(END_S)], cores, TALK.speech, transcriber.limits.margin_s)
    session = Session(transcriber, Hints())
    events = list(session.run(windows, whole))
    changes, transcript = session.finish(TALK.speech, END_S, model="m", language=None)
    return [*events, *changes], transcript


def short_windows(fault: Fault | None = None) -> FakeJointModel:
    from dataclasses import replace

    model = FakeJointModel(TALK, noise(END_S), fault=fault)
    model.limits = replace(model.limits, window_s=25.0)
    return model


def test_one_label_for_each_voice_over_all_windows() -> None:
    events, transcript = transcribe(short_windows())
    said = [(one.speaker, one.text) for one in transcript.segments]
    assert said == [
        ({"Ann": "S1", "Bob": "S2", "Cem": "S3"}[line.speaker], line.text) for line in TALK.lines
    ]
    assert all(one.words == () for one in transcript.segments)
    assert transcript.coverage.missed == ()
    assert len([event for event in events if isinstance(event, SegmentReady)]) == len(TALK.lines)


def test_segments_are_told_before_their_window_is_done() -> None:
    events, _ = transcribe(short_windows())
    kinds = [type(event) for event in events]
    assert kinds.index(SegmentReady) < kinds.index(Progress)


def test_what_is_lost_is_in_the_coverage() -> None:
    events, transcript = transcribe(short_windows(lambda number, request, text: ("", "stop")))
    del events
    assert transcript.segments == ()
    assert transcript.coverage.covered_s == 0.0
    lost_s = sum(span.duration_s for span in transcript.coverage.stopped_early)
    assert lost_s == pytest.approx(sum(span.duration_s for span in TALK.speech), abs=3.0)


def test_vectors_are_units() -> None:
    pieces, _ = hear()
    for voice in pieces:
        if isinstance(voice, Voice):
            assert np.linalg.norm(voice.vector) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize(
    ("end", "said"),
    [("stop", "passed over"), ("length", "used up"), (RuntimeError("x"), "failed at")],
)
def test_how_the_first_attempt_ended_is_told(end: str | Exception, said: str) -> None:
    def ends(number: int, request: Request, text: str) -> object:
        return text[: text.index("]", 80) + 1], end

    pieces, _ = hear(first_only(ends))  # type: ignore[arg-type]
    (told,) = [one for one in pieces if isinstance(one, Notice) and one.code == "retried"]
    assert said in told.message
