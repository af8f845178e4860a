import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListModelsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListModelsResponse(_message.Message):
    __slots__ = ("models", "limits", "version")
    MODELS_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    models: _containers.RepeatedCompositeFieldContainer[Model]
    limits: ServerLimits
    version: str
    def __init__(self, models: _Optional[_Iterable[_Union[Model, _Mapping]]] = ..., limits: _Optional[_Union[ServerLimits, _Mapping]] = ..., version: _Optional[str] = ...) -> None: ...

class Model(_message.Message):
    __slots__ = ("model_id", "title", "aliases", "is_default", "language_codes", "device", "licence", "loaded", "window_duration", "live")
    MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    ALIASES_FIELD_NUMBER: _ClassVar[int]
    IS_DEFAULT_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODES_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    LICENCE_FIELD_NUMBER: _ClassVar[int]
    LOADED_FIELD_NUMBER: _ClassVar[int]
    WINDOW_DURATION_FIELD_NUMBER: _ClassVar[int]
    LIVE_FIELD_NUMBER: _ClassVar[int]
    model_id: str
    title: str
    aliases: _containers.RepeatedScalarFieldContainer[str]
    is_default: bool
    language_codes: _containers.RepeatedScalarFieldContainer[str]
    device: str
    licence: str
    loaded: bool
    window_duration: _duration_pb2.Duration
    live: bool
    def __init__(self, model_id: _Optional[str] = ..., title: _Optional[str] = ..., aliases: _Optional[_Iterable[str]] = ..., is_default: bool = ..., language_codes: _Optional[_Iterable[str]] = ..., device: _Optional[str] = ..., licence: _Optional[str] = ..., loaded: bool = ..., window_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., live: bool = ...) -> None: ...

class ServerLimits(_message.Message):
    __slots__ = ("max_message_bytes", "max_concurrent_sessions", "max_session_duration", "max_upload_bytes", "max_audio_duration", "max_locates_per_minute")
    MAX_MESSAGE_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_CONCURRENT_SESSIONS_FIELD_NUMBER: _ClassVar[int]
    MAX_SESSION_DURATION_FIELD_NUMBER: _ClassVar[int]
    MAX_UPLOAD_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_AUDIO_DURATION_FIELD_NUMBER: _ClassVar[int]
    MAX_LOCATES_PER_MINUTE_FIELD_NUMBER: _ClassVar[int]
    max_message_bytes: int
    max_concurrent_sessions: int
    max_session_duration: _duration_pb2.Duration
    max_upload_bytes: int
    max_audio_duration: _duration_pb2.Duration
    max_locates_per_minute: int
    def __init__(self, max_message_bytes: _Optional[int] = ..., max_concurrent_sessions: _Optional[int] = ..., max_session_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., max_upload_bytes: _Optional[int] = ..., max_audio_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., max_locates_per_minute: _Optional[int] = ...) -> None: ...
