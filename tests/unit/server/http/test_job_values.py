"""Jobs, their events and live streams as JSON."""

from __future__ import annotations

import json

from audiosvc.events import (
    AudioCursors,
    Finished,
    Interim,
    SegmentReady,
    SegmentRevised,
    SpeakersMerged,
)
from audiosvc.jobs import (
    Failure,
    Job,
    JobEvent,
    JobProgress,
    JobState,
    Result,
    StateChanged,
    Upload,
)
from audiosvc.server.http.jobs.models import EXAMPLE, JobModel
from audiosvc.server.http.jobs.values import event_document, job_document
from audiosvc.server.http.live.values import live_documents
from audiosvc.server.http.replies import dumps
from audiosvc.spans import Span
from audiosvc.types import Coverage, Hints, Segment, SpeakerCount, Transcript, Turn
from audiosvc.wire.config import Wish

SEGMENT = Segment(3, Span(1.0, 2.0004), "S1", "a\nb \ud800")
TRANSCRIPT = Transcript((), (), "en", 9.0, Coverage(), "m")


def job(**given: object) -> Job:
    usual = {
        "job_id": "j",
        "owner": "o",
        "request_id": "r",
        "display_name": "<b>a</b>",
        "wish": Wish(language="en", hints=Hints(hotwords=("x",)), speakers=SpeakerCount(exact=2)),
        "pcm": None,
        "state": JobState.UPLOADING,
        "upload": Upload("u"),
        "progress": JobProgress(),
        "create_time_s": 0.002,
    }
    return Job(**{**usual, **given})  # type: ignore[arg-type]


def test_a_job_says_what_is_known_of_it() -> None:
    new = job_document(job())
    JobModel.model_validate_json(json.dumps(new))
    assert new["options"] == {"language": "en", "hotwords": ["x"], "speakers": 2}
    assert new["upload"]["url"] == "/v1/uploads/u"
    assert (new["progress"], new["failure"], new["summary"], new["end_time"]) == (None,) * 4
    assert new["create_time"] == "1970-01-01T00:00:00.002Z"
    assert "owner" not in new
    done = job(
        state=JobState.SUCCEEDED,
        progress=JobProgress(9.0, 9.0, 1, 1, "link"),
        result=Result(TRANSCRIPT, 7),
        failure=Failure("A", "b"),
        end_time_s=1e9,
    )
    told = job_document(done)
    JobModel.model_validate_json(json.dumps(told))
    assert told["summary"]["segment_count"] == 7
    assert told["failure"] == {"reason": "A", "message": "b"}
    assert told["end_time"] == "2001-09-09T01:46:40.000Z"
    JobModel.model_validate_json(json.dumps(EXAMPLE))


def test_every_event_has_a_name_and_is_one_line() -> None:
    named = {
        "state": StateChanged(JobState.SUCCEEDED, result=Result(TRANSCRIPT, 1)),
        "progress": JobProgress(1.0, 2.0, 1, 2, "listen"),
        "segment": SegmentReady(SEGMENT),
        "segment_revised": SegmentRevised(SEGMENT),
        "speakers_merged": SpeakersMerged("S1", "S2"),
    }
    for name, what in named.items():
        found, data = event_document(JobEvent(1, what))
        assert found == name
        line = dumps(data)
        assert "\n" not in line
        assert json.loads(line.encode("utf-8"))
    segment = event_document(JobEvent(1, SegmentReady(SEGMENT)))[1]["segment"]
    assert (segment["end_s"], segment["text"]) == (2.0, "a\nb \ud800")
    assert event_document(JobEvent(1, named["speakers_merged"]))[1] == {  # type: ignore[arg-type]
        "kept": "S1",
        "merged": "S2",
    }


def test_what_a_live_stream_tells() -> None:
    turns = tuple(Turn(Span(n, n + 1), "S1") for n in range(1001))
    whole = Transcript((), (), None, 2.0, Coverage(), "m", turns=turns)
    last = list(live_documents(Finished(whole), 5))
    assert [one["type"] for one in last] == ["turns", "turns", "turns", "finished"]
    assert [len(one["turns"]) for one in last[:-1]] == [500, 500, 1]
    assert last[-1]["summary"]["segment_count"] == 5
    (interim,) = live_documents(Interim(2, Span(0.5, 1.5), ("a",), ("b",), "en"), 0)
    assert interim == {
        "type": "interim",
        "revision": 2,
        "start_s": 0.5,
        "end_s": 1.5,
        "confirmed_words": ["a"],
        "tentative_words": ["b"],
        "language": "en",
    }
    (merged,) = live_documents(SpeakersMerged("S1", "S2"), 0)
    assert merged == {"type": "speakers_merged", "kept": "S1", "merged": "S2"}
    (revised,) = live_documents(SegmentRevised(SEGMENT), 0)
    assert (revised["type"], revised["segment"]["id"]) == ("segment_revised", 3)
    (cursors,) = live_documents(AudioCursors(3.0, 2.0, 1.0), 0)
    assert cursors == {"type": "cursors", "received_s": 3.0, "processed_s": 2.0, "final_s": 1.0}
