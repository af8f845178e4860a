import datetime

from audiosvc.v1 import config_pb2 as _config_pb2
from audiosvc.v1 import transcript_pb2 as _transcript_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TranscribeMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TRANSCRIBE_MODE_UNSPECIFIED: _ClassVar[TranscribeMode]
    TRANSCRIBE_MODE_LIVE: _ClassVar[TranscribeMode]
    TRANSCRIBE_MODE_RECORDING: _ClassVar[TranscribeMode]
TRANSCRIBE_MODE_UNSPECIFIED: TranscribeMode
TRANSCRIBE_MODE_LIVE: TranscribeMode
TRANSCRIBE_MODE_RECORDING: TranscribeMode

class TranscribeRequest(_message.Message):
    __slots__ = ("config", "audio")
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    config: TranscribeConfig
    audio: bytes
    def __init__(self, config: _Optional[_Union[TranscribeConfig, _Mapping]] = ..., audio: _Optional[bytes] = ...) -> None: ...

class TranscribeConfig(_message.Message):
    __slots__ = ("transcription", "audio_format", "mode", "interim_results", "display_name")
    TRANSCRIPTION_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FORMAT_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    INTERIM_RESULTS_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    transcription: _config_pb2.TranscriptionConfig
    audio_format: _config_pb2.AudioFormat
    mode: TranscribeMode
    interim_results: bool
    display_name: str
    def __init__(self, transcription: _Optional[_Union[_config_pb2.TranscriptionConfig, _Mapping]] = ..., audio_format: _Optional[_Union[_config_pb2.AudioFormat, _Mapping]] = ..., mode: _Optional[_Union[TranscribeMode, str]] = ..., interim_results: bool = ..., display_name: _Optional[str] = ...) -> None: ...

class TranscribeResponse(_message.Message):
    __slots__ = ("session_started", "interim", "segment_ready", "segment_revised", "speakers_merged", "audio_cursors", "progress", "turns_ready", "finished")
    SESSION_STARTED_FIELD_NUMBER: _ClassVar[int]
    INTERIM_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_READY_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_REVISED_FIELD_NUMBER: _ClassVar[int]
    SPEAKERS_MERGED_FIELD_NUMBER: _ClassVar[int]
    AUDIO_CURSORS_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    TURNS_READY_FIELD_NUMBER: _ClassVar[int]
    FINISHED_FIELD_NUMBER: _ClassVar[int]
    session_started: SessionStarted
    interim: Interim
    segment_ready: _transcript_pb2.SegmentReady
    segment_revised: _transcript_pb2.SegmentRevised
    speakers_merged: _transcript_pb2.SpeakersMerged
    audio_cursors: AudioCursors
    progress: _transcript_pb2.Progress
    turns_ready: _transcript_pb2.TurnsReady
    finished: Finished
    def __init__(self, session_started: _Optional[_Union[SessionStarted, _Mapping]] = ..., interim: _Optional[_Union[Interim, _Mapping]] = ..., segment_ready: _Optional[_Union[_transcript_pb2.SegmentReady, _Mapping]] = ..., segment_revised: _Optional[_Union[_transcript_pb2.SegmentRevised, _Mapping]] = ..., speakers_merged: _Optional[_Union[_transcript_pb2.SpeakersMerged, _Mapping]] = ..., audio_cursors: _Optional[_Union[AudioCursors, _Mapping]] = ..., progress: _Optional[_Union[_transcript_pb2.Progress, _Mapping]] = ..., turns_ready: _Optional[_Union[_transcript_pb2.TurnsReady, _Mapping]] = ..., finished: _Optional[_Union[Finished, _Mapping]] = ...) -> None: ...

class SessionStarted(_message.Message):
    __slots__ = ("session_id", "model")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    model: str
    def __init__(self, session_id: _Optional[str] = ..., model: _Optional[str] = ...) -> None: ...

class Interim(_message.Message):
    __slots__ = ("revision", "start_offset", "end_offset", "confirmed_words", "tentative_words", "language_code")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_WORDS_FIELD_NUMBER: _ClassVar[int]
    TENTATIVE_WORDS_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    revision: int
    start_offset: _duration_pb2.Duration
    end_offset: _duration_pb2.Duration
    confirmed_words: _containers.RepeatedScalarFieldContainer[str]
    tentative_words: _containers.RepeatedScalarFieldContainer[str]
    language_code: str
    def __init__(self, revision: _Optional[int] = ..., start_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., confirmed_words: _Optional[_Iterable[str]] = ..., tentative_words: _Optional[_Iterable[str]] = ..., language_code: _Optional[str] = ...) -> None: ...

class AudioCursors(_message.Message):
    __slots__ = ("received_duration", "processed_duration", "final_duration")
    RECEIVED_DURATION_FIELD_NUMBER: _ClassVar[int]
    PROCESSED_DURATION_FIELD_NUMBER: _ClassVar[int]
    FINAL_DURATION_FIELD_NUMBER: _ClassVar[int]
    received_duration: _duration_pb2.Duration
    processed_duration: _duration_pb2.Duration
    final_duration: _duration_pb2.Duration
    def __init__(self, received_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., processed_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., final_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class Finished(_message.Message):
    __slots__ = ("summary",)
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    summary: _transcript_pb2.Summary
    def __init__(self, summary: _Optional[_Union[_transcript_pb2.Summary, _Mapping]] = ...) -> None: ...
