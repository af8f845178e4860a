"""What is said while a transcript comes into being, and when it is done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audiosvc.cli.report import Follower, name_speakers, summarise
from audiosvc.events import SegmentReady, SegmentRevised, SpeakersMerged
from audiosvc.spans import Span
from audiosvc.types import Coverage, Notice, Segment, Speaker, Transcript, Word

FIRST = Segment(0, Span(0.5, 2.0), "S1", "Good morning.", (Word(" Good", Span(0.5, 1.0)),))
SECOND = Segment(1, Span(62.0, 64.0), None, "Who is there?")
TRANSCRIPT = Transcript(
    segments=(FIRST, SECOND),
    speakers=(Speaker("S1", 1.5, 0.5), Speaker("S2", 2.0, 62.0)),
    language="en",
    duration_s=70.0,
    coverage=Coverage(5.0, 3.5, (Span(10.0, 11.5),)),
    model="script",
    notices=(Notice("audio_truncated", "talk.wav is cut off."),),
)

Printed = pytest.CaptureFixture[str]


def test_segments_are_printed_as_they_come(capsys: Printed) -> None:
    follower = Follower("talk.wav")
    follower.show(SegmentReady(FIRST))
    assert capsys.readouterr().out == "== talk.wav\n[0:00] S1: Good morning.\n"
    follower.show(SegmentReady(SECOND))
    follower.finish()
    assert capsys.readouterr() == ("[1:02] Who is there?\n", "")


def test_what_changed_since_is_said(capsys: Printed) -> None:
    follower = Follower()
    follower.show(SegmentReady(FIRST))
    follower.show(SegmentReady(SECOND))
    follower.show(SpeakersMerged(kept="S1", merged="S3"))
    follower.show(SegmentRevised(replace(SECOND, speaker="S2")))
    follower.show(SegmentRevised(replace(SECOND, speaker="S2")))
    follower.finish()
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "audiosvc: S3 above is S1"
    assert said[1].startswith("audiosvc: now that the whole recording is heard, 1 line above has ")


def test_a_change_that_was_not_printed_is_no_change(capsys: Printed) -> None:
    follower = Follower()
    follower.show(SegmentReady(FIRST))
    follower.show(SegmentRevised(replace(FIRST, words=(), confidence=0.5)))
    follower.finish()
    assert capsys.readouterr().err == ""


def test_the_summary_says_what_to_know_before_trusting_it(capsys: Printed) -> None:
    summarise(TRANSCRIPT, "/recordings/talk.wav", 7.0)
    assert capsys.readouterr().err.splitlines() == [
        "audiosvc: talk.wav: 1:10 in 7.0 s (10.0 times real time), 2 speakers, language en",
        "audiosvc: talk.wav is cut off.",
        "audiosvc: 1.5 s of detected speech have no text: 0:10-0:12",
    ]


def test_many_missed_places_are_not_all_listed(capsys: Printed) -> None:
    missed = tuple(Span(10.0 * place, 10.0 * place + 1.0) for place in range(8))
    summarise(replace(TRANSCRIPT, coverage=Coverage(9.0, 1.0, missed)), "talk.wav", 7.0)
    last = capsys.readouterr().err.splitlines()[-1]
    assert "8.0 s of detected speech" in last
    assert last.endswith("0:40-0:41 and 3 more places")


def test_a_speed_is_not_told_of_a_click(capsys: Printed) -> None:
    nothing = replace(
        TRANSCRIPT, duration_s=0.1, speakers=(), language=None, coverage=Coverage(), notices=()
    )
    summarise(nothing, "click.wav", 0.2)
    expected = "audiosvc: click.wav: 0:00 in 0.2 s, 0 speakers, language unknown\n"
    assert capsys.readouterr().err == expected


def test_speakers_get_their_names(capsys: Printed) -> None:
    named = name_speakers(TRANSCRIPT, {"S1": "Ann"})
    assert [speaker.label for speaker in named.speakers] == ["Ann", "S2"]
    assert named.segments[0].speaker == "Ann"
    assert capsys.readouterr().err == ""


def test_a_name_for_nobody_does_not_spoil_the_work(capsys: Printed) -> None:
    named = name_speakers(TRANSCRIPT, {"S1": "Ann", "S9": "Zoë"})
    assert named.segments[0].speaker == "Ann"
    assert capsys.readouterr().err == "audiosvc: there is no speaker S9 to be called Zoë\n"


def test_nor_does_a_name_that_another_speaker_has(capsys: Printed) -> None:
    assert name_speakers(TRANSCRIPT, {"S1": "S2"}) == TRANSCRIPT
    assert capsys.readouterr().err.startswith("audiosvc: the labels stay as they are. ")
