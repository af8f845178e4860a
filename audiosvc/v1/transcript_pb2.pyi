import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TimeSpan(_message.Message):
    __slots__ = ("start_offset", "end_offset")
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    start_offset: _duration_pb2.Duration
    end_offset: _duration_pb2.Duration
    def __init__(self, start_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class Word(_message.Message):
    __slots__ = ("text", "start_offset", "end_offset", "probability")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    text: str
    start_offset: _duration_pb2.Duration
    end_offset: _duration_pb2.Duration
    probability: float
    def __init__(self, text: _Optional[str] = ..., start_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., probability: _Optional[float] = ...) -> None: ...

class Segment(_message.Message):
    __slots__ = ("id", "start_offset", "end_offset", "speaker", "text", "words", "language_code", "confidence", "overlapped", "events")
    ID_FIELD_NUMBER: _ClassVar[int]
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    SPEAKER_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    WORDS_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    OVERLAPPED_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    id: int
    start_offset: _duration_pb2.Duration
    end_offset: _duration_pb2.Duration
    speaker: str
    text: str
    words: _containers.RepeatedCompositeFieldContainer[Word]
    language_code: str
    confidence: float
    overlapped: bool
    events: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, id: _Optional[int] = ..., start_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., speaker: _Optional[str] = ..., text: _Optional[str] = ..., words: _Optional[_Iterable[_Union[Word, _Mapping]]] = ..., language_code: _Optional[str] = ..., confidence: _Optional[float] = ..., overlapped: bool = ..., events: _Optional[_Iterable[str]] = ...) -> None: ...

class Turn(_message.Message):
    __slots__ = ("start_offset", "end_offset", "speaker")
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    SPEAKER_FIELD_NUMBER: _ClassVar[int]
    start_offset: _duration_pb2.Duration
    end_offset: _duration_pb2.Duration
    speaker: str
    def __init__(self, start_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., speaker: _Optional[str] = ...) -> None: ...

class Speaker(_message.Message):
    __slots__ = ("label", "speech_duration", "first_offset")
    LABEL_FIELD_NUMBER: _ClassVar[int]
    SPEECH_DURATION_FIELD_NUMBER: _ClassVar[int]
    FIRST_OFFSET_FIELD_NUMBER: _ClassVar[int]
    label: str
    speech_duration: _duration_pb2.Duration
    first_offset: _duration_pb2.Duration
    def __init__(self, label: _Optional[str] = ..., speech_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., first_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class Coverage(_message.Message):
    __slots__ = ("speech_duration", "covered_duration", "missed", "stopped_early")
    SPEECH_DURATION_FIELD_NUMBER: _ClassVar[int]
    COVERED_DURATION_FIELD_NUMBER: _ClassVar[int]
    MISSED_FIELD_NUMBER: _ClassVar[int]
    STOPPED_EARLY_FIELD_NUMBER: _ClassVar[int]
    speech_duration: _duration_pb2.Duration
    covered_duration: _duration_pb2.Duration
    missed: _containers.RepeatedCompositeFieldContainer[TimeSpan]
    stopped_early: _containers.RepeatedCompositeFieldContainer[TimeSpan]
    def __init__(self, speech_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., covered_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., missed: _Optional[_Iterable[_Union[TimeSpan, _Mapping]]] = ..., stopped_early: _Optional[_Iterable[_Union[TimeSpan, _Mapping]]] = ...) -> None: ...

class Notice(_message.Message):
    __slots__ = ("code", "message", "span")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    SPAN_FIELD_NUMBER: _ClassVar[int]
    code: str
    message: str
    span: TimeSpan
    def __init__(self, code: _Optional[str] = ..., message: _Optional[str] = ..., span: _Optional[_Union[TimeSpan, _Mapping]] = ...) -> None: ...

class Summary(_message.Message):
    __slots__ = ("language_code", "duration", "speakers", "coverage", "notices", "model", "version", "segment_count")
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    SPEAKERS_FIELD_NUMBER: _ClassVar[int]
    COVERAGE_FIELD_NUMBER: _ClassVar[int]
    NOTICES_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_COUNT_FIELD_NUMBER: _ClassVar[int]
    language_code: str
    duration: _duration_pb2.Duration
    speakers: _containers.RepeatedCompositeFieldContainer[Speaker]
    coverage: Coverage
    notices: _containers.RepeatedCompositeFieldContainer[Notice]
    model: str
    version: str
    segment_count: int
    def __init__(self, language_code: _Optional[str] = ..., duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., speakers: _Optional[_Iterable[_Union[Speaker, _Mapping]]] = ..., coverage: _Optional[_Union[Coverage, _Mapping]] = ..., notices: _Optional[_Iterable[_Union[Notice, _Mapping]]] = ..., model: _Optional[str] = ..., version: _Optional[str] = ..., segment_count: _Optional[int] = ...) -> None: ...

class SegmentReady(_message.Message):
    __slots__ = ("segment",)
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    segment: Segment
    def __init__(self, segment: _Optional[_Union[Segment, _Mapping]] = ...) -> None: ...

class SegmentRevised(_message.Message):
    __slots__ = ("segment",)
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    segment: Segment
    def __init__(self, segment: _Optional[_Union[Segment, _Mapping]] = ...) -> None: ...

class SpeakersMerged(_message.Message):
    __slots__ = ("kept", "merged")
    KEPT_FIELD_NUMBER: _ClassVar[int]
    MERGED_FIELD_NUMBER: _ClassVar[int]
    kept: str
    merged: str
    def __init__(self, kept: _Optional[str] = ..., merged: _Optional[str] = ...) -> None: ...

class TurnsReady(_message.Message):
    __slots__ = ("turns",)
    TURNS_FIELD_NUMBER: _ClassVar[int]
    turns: _containers.RepeatedCompositeFieldContainer[Turn]
    def __init__(self, turns: _Optional[_Iterable[_Union[Turn, _Mapping]]] = ...) -> None: ...

class Progress(_message.Message):
    __slots__ = ("done_duration", "total_duration", "stage")
    DONE_DURATION_FIELD_NUMBER: _ClassVar[int]
    TOTAL_DURATION_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    done_duration: _duration_pb2.Duration
    total_duration: _duration_pb2.Duration
    stage: str
    def __init__(self, done_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., total_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., stage: _Optional[str] = ...) -> None: ...
