"""The figures of ``bench/serve.py``, on logs made by hand."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from audiosvc.events import AudioCursors, Interim, SegmentReady, SegmentRevised
from audiosvc.spans import Span
from audiosvc.types import Segment, Word

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

from serving.crowd import Visit
from serving.crowd import figures as crowd_figures
from serving.figures import Figure, Result, as_document, as_markdown, as_table
from serving.lags import (
    backlog,
    first_text,
    percentile,
    runs_of_speech,
    segment_lags,
    utterance_lags,
    word_lags,
)
from serving.live import figures as live_figures
from serving.log import Arrival, StreamRun, final_segments, received_s, save
from serving.recordings import Recording
from serving.stability import Changes, changes
from serving.streaming import Microphone
from serving.words import matches


def interim(at_s, start_s, confirmed="", tentative=""):
    event = Interim(1, Span(start_s, at_s), tuple(confirmed.split()), tuple(tentative.split()))
    return Arrival(at_s, event)


def segment(number, start_s, text, *, word_s=0.5, speaker="S1"):
    words = tuple(
        Word(word, Span(start_s + place * word_s, start_s + (place + 1) * word_s))
        for place, word in enumerate(text.split())
    )
    end_s = words[-1].span.end_s if words else start_s
    return Segment(number, Span(start_s, end_s), speaker, text, words)


def ready(at_s, *given, **options):
    return Arrival(at_s, SegmentReady(segment(*given, **options)))


def cursors(at_s, processed_s, received=None):
    return Arrival(at_s, AudioCursors(at_s if received is None else received, processed_s, 0.0))


def test_runs_of_speech_end_at_long_pauses():
    turns = [Span(5.0, 6.0), Span(0.5, 2.0), Span(1.0, 1.5), Span(2.9, 3.0)]
    assert runs_of_speech(turns) == [Span(0.5, 3.0), Span(5.0, 6.0)]


def test_first_text_is_of_the_run_and_has_words():
    runs = [Span(1.0, 4.0), Span(6.0, 9.0), Span(12.0, 13.0)]
    log = [
        interim(1.5, 1.0),
        interim(2.25, 1.0, tentative="hello"),
        ready(4.5, 0, 1.0, "Hello you there."),
        interim(6.2, 1.0, tentative="late"),  # of the speech before
        interim(7.0, 6.25, tentative="now"),
    ]
    found = first_text(log, runs)
    assert found.waits_s == pytest.approx((1.25, 1.0))
    assert found.never == 1


def test_an_interim_that_was_begun_before_counts_when_it_grows():
    log = [
        interim(5.0, 1.0, "one two"),
        interim(6.5, 1.0, "one two"),
        interim(7.5, 1.0, "one two three"),
    ]
    assert first_text(log, [Span(6.0, 9.0)]).waits_s == (1.5,)


def test_word_lags_tell_tentative_from_confirmed():
    """Words end at 1.5, 2.0 and 2.5 s."""
    log = [
        interim(1.75, 1.0, tentative="so"),
        interim(2.25, 1.0, "so", "much"),
        interim(3.0, 1.0, "so", "match four"),
        ready(4.0, 0, 1.0, "So much more."),
        cursors(4.0, 4.0),
    ]
    assert word_lags(log).waits_s == pytest.approx((0.25, 0.25, 1.5))
    assert word_lags(log, confirmed_only=True).waits_s == pytest.approx((0.75, 2.0, 1.5))


def test_a_wrong_word_too_many_does_not_hide_those_behind_it():
    log = [interim(2.0, 0.0, tentative="um we go now"), ready(3.0, 0, 0.0, "We go now.")]
    assert word_lags(log).waits_s == pytest.approx((1.5, 1.0, 0.5))


def test_words_are_looked_for_behind_what_was_given_out():
    log = [
        interim(1.0, 0.0, "yes yes"),
        ready(1.5, 0, 0.0, "Yes."),
        interim(2.0, 0.5, tentative="yes"),
        ready(3.0, 1, 0.5, "Yes. Yes."),
    ]
    assert word_lags(log).waits_s == pytest.approx((0.5, 0.0, 1.5))


def test_the_words_of_two_speakers_are_seen_in_order_of_time():
    log = [
        interim(1.2, 0.0, "a b c"),
        ready(2.0, 0, 0.0, "a c", word_s=1.0),  # from 0 and 1 s on
        ready(2.0, 1, 0.5, "b", speaker="S2"),
        cursors(2.0, 2.0),
    ]
    assert changes(log) == Changes()
    assert word_lags(log).waits_s == pytest.approx((0.2, 0.2, -0.8))


def test_what_was_confirmed_may_grow_and_be_given_out_in_parts():
    log = [
        interim(1.0, 0.0, "one", "too"),
        interim(2.0, 0.0, "one two", "three"),
        ready(2.5, 0, 0.0, "one"),
        cursors(2.5, 2.5),
        interim(3.0, 0.5, "two three"),
        ready(4.0, 1, 0.5, "two three four"),
        cursors(4.0, 4.0),
    ]
    assert changes(log) == Changes()


@pytest.mark.parametrize(
    ("log", "count"),
    [
        ([interim(1.0, 0.0, "one two"), interim(2.0, 0.0, "one too three")], 4),
        ([interim(1.0, 0.0, "one two"), ready(2.0, 0, 0.0, "one Two")], 1),
        ([interim(1.0, 0.0, "one two"), ready(2.0, 0, 0.0, "one")], 1),
        ([interim(1.0, 0.0, "one two"), interim(2.0, 0.0, "one")], 2),
        ([ready(1.0, 0, 0.0, "one two"), cursors(1.0, 1.0), ready(2.0, 1, 0.2, "three")], 1),
    ],
)
def test_every_word_that_changes_is_counted(log, count):
    """In the first and the fourth no final text ever came, so that all words are lost as well."""
    assert changes([*log, cursors(3.0, 3.0)]) == Changes(count)


def test_words_that_are_only_written_together_have_not_changed():
    log = [
        interim(1.0, 0.0, "an ill -disposed man"),
        ready(2.0, 0, 0.0, "an ill-disposed man who"),
        cursors(2.0, 2.0),
    ]
    assert changes(log) == Changes(changed=0, respaced=1)


def test_lags_of_final_text():
    log = [ready(3.5, 0, 1.0, "a b"), ready(9.0, 1, 6.0, "c d e"), cursors(9.0, 9.0)]
    assert segment_lags(log).waits_s == pytest.approx((1.5, 1.5))
    runs = [Span(1.0, 2.5), Span(6.0, 7.0), Span(20.0, 21.0)]
    found = utterance_lags(log, runs)
    assert found.waits_s == pytest.approx((1.0, 2.0))
    assert found.never == 1


def test_an_utterance_waits_for_its_last_segment():
    log = [ready(2.0, 0, 1.0, "a"), ready(4.0, 1, 1.5, "b"), ready(9.0, 2, 6.0, "c")]
    assert utterance_lags(log, [Span(1.0, 2.0), Span(6.0, 6.5)]).waits_s == pytest.approx(
        (2.0, 2.5)
    )


def test_a_word_that_seems_to_lie_before_its_run_is_not_the_last_ones():
    log = [ready(2.0, 0, 1.0, "a"), ready(9.0, 1, 5.8, "b")]
    found = utterance_lags(log, [Span(1.0, 1.6), Span(6.2, 7.0)])
    assert found.waits_s == pytest.approx((0.4, 2.0))


def test_a_backlog_that_grows():
    even = [cursors(at_s, at_s - 1.0) for at_s in range(1, 31)]
    found = backlog(even, 30.0)
    assert (found.median_s, found.most_s, found.growth_s) == (1.0, 1.0, 0.0)
    behind = [cursors(at_s, at_s / 2) for at_s in range(1, 31)]
    assert backlog(behind, 30.0).growth_s == pytest.approx(10.0)
    assert backlog([], 30.0) is None


@pytest.mark.parametrize(
    ("values", "share", "value"),
    [([3.0], 95, 3.0), ([1.0, 2.0], 50, 1.5), (list(range(101)), 95, 95.0), ([2, 1, 3], 100, 3)],
)
def test_percentiles(values, share, value):
    assert percentile(values, share) == pytest.approx(value)


def test_a_percentile_of_nothing():
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


def test_segments_that_were_revised_and_joined():
    log = [
        ready(1.0, 0, 0.0, "a"),
        ready(1.0, 1, 1.0, "b"),
        Arrival(2.0, SegmentRevised(segment(1, 1.0, ""))),
        Arrival(2.0, SegmentRevised(segment(0, 0.0, "a b"))),
    ]
    assert [found.text for found in final_segments(log)] == ["a b"]
    assert changes(log) == Changes()


def test_words_match_but_for_case_and_punctuation():
    assert matches(["Well,", "go!"], ["so", "well", "Go"]) == [(0, 1), (1, 2)]


def test_a_log_is_kept_one_event_a_line(tmp_path):
    run = StreamRun("a", 2.0, 0.0, (interim(1.0, 0.0, "yes"), cursors(2.0, 1.0)))
    assert received_s(run.log) == 2.0
    save(run, tmp_path / "log.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["event"] for line in lines] == ["Interim", "AudioCursors"]
    assert lines[0]["confirmed"] == ["yes"]


def test_figures_say_whether_they_are_as_asked():
    figures = (
        Figure("first text, p95", 1.25, "s", most=1.2, count=7),
        Figure("changed words", 0, "words", most=0),
        Figure("lag", None, "s", most=3.0),
        Figure("wer", 0.125, "%"),
    )
    assert [figure.met for figure in figures] == [False, True, False, None]
    result = Result("live", "one stream", figures)
    assert "| first text, p95 | 1.25 s | ≤ 1.20 s MISSED | 7 |  |" in as_markdown(result)
    assert "not measured" in as_table(result)
    assert as_document([result])[0]["figures"][3]["value"] == 0.125


class Clock:
    """Time passes only while somebody sleeps, or when it is told to."""

    def __init__(self):
        self.now_s = 100.0

    def __call__(self):
        return self.now_s

    def sleep(self, seconds):
        self.now_s += seconds


def test_a_microphone_has_a_frame_when_its_last_sample_is_spoken():
    clock = Clock()
    microphone = Microphone(bytes(32_000 + 1_600), clock, clock.sleep)
    times, sent = [], 0
    for frame in microphone.frames():
        sent += len(frame)
        times.append(clock.now_s - 100.0)
    assert sent == 33_600
    assert times == pytest.approx([*(0.1 * number for number in range(1, 11)), 1.05])
    assert (microphone.sent_s, microphone.late_s) == (pytest.approx(1.05), 0.0)


def test_a_sender_that_is_held_up_is_told():
    clock = Clock()
    microphone = Microphone(bytes(32_000), clock, clock.sleep)
    for number, _ in enumerate(microphone.frames()):
        clock.now_s += 3.0 if number == 4 else 0.0
    assert microphone.late_s == pytest.approx(2.9)


def test_a_crowd_is_held_against_lone_runs():
    visits = [
        Visit("yes", 0, 1.0),
        Visit("yes!", 2, 5.0),
        Visit("no", 0, 2.0),
        Visit(None, 9, 900.0, "DeadlineExceeded: too long"),
        Visit(None, 0, 1.0, "ServerFault: a fault"),
    ]
    found = {figure.name: figure.value for figure in crowd_figures(visits, ["yes", "yes!"])}
    assert found["clients that finished"] == 3
    assert found["clients with another text than alone"] == 1
    assert found["clients that hung"] == 1
    assert found["clients that failed otherwise"] == 1
    assert found["refusals"] == 11


def test_the_figures_of_a_stream_that_did_all_it_should():
    log = (
        interim(1.8, 1.0, tentative="so"),
        cursors(1.8, 1.7),
        ready(3.0, 0, 1.0, "So much."),
        cursors(3.0, 3.0),
    )
    recording = Recording("a", Path("a.wav"), "en", (Span(1.0, 2.0),), None)
    met = live_figures([StreamRun("a", 3.0, 0.0, log)], [recording], {"a": None})
    assert [figure.name for figure in met if figure.met is False] == []
    broken = StreamRun("a", 4.0, 0.0, log, "ServerFault: a fault")
    missed = live_figures([broken], [recording], {"a": None})
    assert [figure.name for figure in missed if figure.met is False] == [
        "streams that did not end well",
        "audio dropped",
    ]
