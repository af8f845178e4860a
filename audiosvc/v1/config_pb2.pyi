import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PcmEncoding(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PCM_ENCODING_UNSPECIFIED: _ClassVar[PcmEncoding]
    PCM_ENCODING_S16LE: _ClassVar[PcmEncoding]
    PCM_ENCODING_S24LE: _ClassVar[PcmEncoding]
    PCM_ENCODING_S32LE: _ClassVar[PcmEncoding]
    PCM_ENCODING_F32LE: _ClassVar[PcmEncoding]
    PCM_ENCODING_U8: _ClassVar[PcmEncoding]
    PCM_ENCODING_MULAW: _ClassVar[PcmEncoding]
    PCM_ENCODING_ALAW: _ClassVar[PcmEncoding]
PCM_ENCODING_UNSPECIFIED: PcmEncoding
PCM_ENCODING_S16LE: PcmEncoding
PCM_ENCODING_S24LE: PcmEncoding
PCM_ENCODING_S32LE: PcmEncoding
PCM_ENCODING_F32LE: PcmEncoding
PCM_ENCODING_U8: PcmEncoding
PCM_ENCODING_MULAW: PcmEncoding
PCM_ENCODING_ALAW: PcmEncoding

class TranscriptionConfig(_message.Message):
    __slots__ = ("model", "language_code", "language_per_window", "hotwords", "prompt", "speaker_count", "start_offset", "end_offset", "acoustic_events")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_PER_WINDOW_FIELD_NUMBER: _ClassVar[int]
    HOTWORDS_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    SPEAKER_COUNT_FIELD_NUMBER: _ClassVar[int]
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    ACOUSTIC_EVENTS_FIELD_NUMBER: _ClassVar[int]
    model: str
    language_code: str
    language_per_window: bool
    hotwords: _containers.RepeatedScalarFieldContainer[str]
    prompt: str
    speaker_count: SpeakerCount
    start_offset: _duration_pb2.Duration
    end_offset: _duration_pb2.Duration
    acoustic_events: bool
    def __init__(self, model: _Optional[str] = ..., language_code: _Optional[str] = ..., language_per_window: bool = ..., hotwords: _Optional[_Iterable[str]] = ..., prompt: _Optional[str] = ..., speaker_count: _Optional[_Union[SpeakerCount, _Mapping]] = ..., start_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., acoustic_events: bool = ...) -> None: ...

class SpeakerCount(_message.Message):
    __slots__ = ("exactly", "at_least", "at_most")
    EXACTLY_FIELD_NUMBER: _ClassVar[int]
    AT_LEAST_FIELD_NUMBER: _ClassVar[int]
    AT_MOST_FIELD_NUMBER: _ClassVar[int]
    exactly: int
    at_least: int
    at_most: int
    def __init__(self, exactly: _Optional[int] = ..., at_least: _Optional[int] = ..., at_most: _Optional[int] = ...) -> None: ...

class AudioFormat(_message.Message):
    __slots__ = ("container", "pcm")
    CONTAINER_FIELD_NUMBER: _ClassVar[int]
    PCM_FIELD_NUMBER: _ClassVar[int]
    container: ContainerFormat
    pcm: PcmFormat
    def __init__(self, container: _Optional[_Union[ContainerFormat, _Mapping]] = ..., pcm: _Optional[_Union[PcmFormat, _Mapping]] = ...) -> None: ...

class ContainerFormat(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PcmFormat(_message.Message):
    __slots__ = ("sample_rate_hz", "channels", "encoding")
    SAMPLE_RATE_HZ_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    ENCODING_FIELD_NUMBER: _ClassVar[int]
    sample_rate_hz: int
    channels: int
    encoding: PcmEncoding
    def __init__(self, sample_rate_hz: _Optional[int] = ..., channels: _Optional[int] = ..., encoding: _Optional[_Union[PcmEncoding, str]] = ...) -> None: ...
