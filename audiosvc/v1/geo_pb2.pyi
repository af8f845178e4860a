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

class GeoPrecision(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GEO_PRECISION_UNSPECIFIED: _ClassVar[GeoPrecision]
    GEO_PRECISION_CITY: _ClassVar[GeoPrecision]
    GEO_PRECISION_REGION: _ClassVar[GeoPrecision]
    GEO_PRECISION_COUNTRY: _ClassVar[GeoPrecision]
    GEO_PRECISION_EXACT: _ClassVar[GeoPrecision]

class GeoStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GEO_STATUS_UNSPECIFIED: _ClassVar[GeoStatus]
    GEO_STATUS_LOCATED: _ClassVar[GeoStatus]
    GEO_STATUS_NOT_LOCALIZABLE: _ClassVar[GeoStatus]

class GeoCategory(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GEO_CATEGORY_UNSPECIFIED: _ClassVar[GeoCategory]
    GEO_CATEGORY_HUMAN_SOUNDS: _ClassVar[GeoCategory]
    GEO_CATEGORY_ANIMAL: _ClassVar[GeoCategory]
    GEO_CATEGORY_MUSIC: _ClassVar[GeoCategory]
    GEO_CATEGORY_NATURAL_SOUNDS: _ClassVar[GeoCategory]
    GEO_CATEGORY_CHANNEL: _ClassVar[GeoCategory]
    GEO_CATEGORY_ENVIRONMENT_AND_BACKGROUND: _ClassVar[GeoCategory]
    GEO_CATEGORY_SOUNDS_OF_THINGS: _ClassVar[GeoCategory]
    GEO_CATEGORY_SOURCE_AMBIGUOUS: _ClassVar[GeoCategory]
    GEO_CATEGORY_CONTEXT: _ClassVar[GeoCategory]
GEO_PRECISION_UNSPECIFIED: GeoPrecision
GEO_PRECISION_CITY: GeoPrecision
GEO_PRECISION_REGION: GeoPrecision
GEO_PRECISION_COUNTRY: GeoPrecision
GEO_PRECISION_EXACT: GeoPrecision
GEO_STATUS_UNSPECIFIED: GeoStatus
GEO_STATUS_LOCATED: GeoStatus
GEO_STATUS_NOT_LOCALIZABLE: GeoStatus
GEO_CATEGORY_UNSPECIFIED: GeoCategory
GEO_CATEGORY_HUMAN_SOUNDS: GeoCategory
GEO_CATEGORY_ANIMAL: GeoCategory
GEO_CATEGORY_MUSIC: GeoCategory
GEO_CATEGORY_NATURAL_SOUNDS: GeoCategory
GEO_CATEGORY_CHANNEL: GeoCategory
GEO_CATEGORY_ENVIRONMENT_AND_BACKGROUND: GeoCategory
GEO_CATEGORY_SOUNDS_OF_THINGS: GeoCategory
GEO_CATEGORY_SOURCE_AMBIGUOUS: GeoCategory
GEO_CATEGORY_CONTEXT: GeoCategory

class LocateRequest(_message.Message):
    __slots__ = ("config", "audio")
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    config: LocateConfig
    audio: bytes
    def __init__(self, config: _Optional[_Union[LocateConfig, _Mapping]] = ..., audio: _Optional[bytes] = ...) -> None: ...

class LocateResponse(_message.Message):
    __slots__ = ("session_started", "finished")
    SESSION_STARTED_FIELD_NUMBER: _ClassVar[int]
    FINISHED_FIELD_NUMBER: _ClassVar[int]
    session_started: LocateStarted
    finished: LocateFinished
    def __init__(self, session_started: _Optional[_Union[LocateStarted, _Mapping]] = ..., finished: _Optional[_Union[LocateFinished, _Mapping]] = ...) -> None: ...

class LocateStreamRequest(_message.Message):
    __slots__ = ("config", "audio")
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    config: LocateConfig
    audio: bytes
    def __init__(self, config: _Optional[_Union[LocateConfig, _Mapping]] = ..., audio: _Optional[bytes] = ...) -> None: ...

class LocateStreamResponse(_message.Message):
    __slots__ = ("session_started", "estimate", "finished")
    SESSION_STARTED_FIELD_NUMBER: _ClassVar[int]
    ESTIMATE_FIELD_NUMBER: _ClassVar[int]
    FINISHED_FIELD_NUMBER: _ClassVar[int]
    session_started: LocateStarted
    estimate: GeoEstimate
    finished: LocateFinished
    def __init__(self, session_started: _Optional[_Union[LocateStarted, _Mapping]] = ..., estimate: _Optional[_Union[GeoEstimate, _Mapping]] = ..., finished: _Optional[_Union[LocateFinished, _Mapping]] = ...) -> None: ...

class LocateConfig(_message.Message):
    __slots__ = ("audio_format", "display_name", "top", "precision", "guess", "transcribe", "context", "language_code", "start_offset", "end_offset", "update_interval")
    AUDIO_FORMAT_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    TOP_FIELD_NUMBER: _ClassVar[int]
    PRECISION_FIELD_NUMBER: _ClassVar[int]
    GUESS_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIBE_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    UPDATE_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    audio_format: _config_pb2.AudioFormat
    display_name: str
    top: int
    precision: GeoPrecision
    guess: bool
    transcribe: bool
    context: GeoContext
    language_code: str
    start_offset: _duration_pb2.Duration
    end_offset: _duration_pb2.Duration
    update_interval: _duration_pb2.Duration
    def __init__(self, audio_format: _Optional[_Union[_config_pb2.AudioFormat, _Mapping]] = ..., display_name: _Optional[str] = ..., top: _Optional[int] = ..., precision: _Optional[_Union[GeoPrecision, str]] = ..., guess: bool = ..., transcribe: bool = ..., context: _Optional[_Union[GeoContext, _Mapping]] = ..., language_code: _Optional[str] = ..., start_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., update_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class GeoContext(_message.Message):
    __slots__ = ("country", "locale", "within", "recorded_on", "local_hour", "box", "heat")
    class HeatEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    COUNTRY_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    WITHIN_FIELD_NUMBER: _ClassVar[int]
    RECORDED_ON_FIELD_NUMBER: _ClassVar[int]
    LOCAL_HOUR_FIELD_NUMBER: _ClassVar[int]
    BOX_FIELD_NUMBER: _ClassVar[int]
    HEAT_FIELD_NUMBER: _ClassVar[int]
    country: str
    locale: str
    within: GeoCircle
    recorded_on: str
    local_hour: float
    box: GeoBox
    heat: _containers.ScalarMap[str, float]
    def __init__(self, country: _Optional[str] = ..., locale: _Optional[str] = ..., within: _Optional[_Union[GeoCircle, _Mapping]] = ..., recorded_on: _Optional[str] = ..., local_hour: _Optional[float] = ..., box: _Optional[_Union[GeoBox, _Mapping]] = ..., heat: _Optional[_Mapping[str, float]] = ...) -> None: ...

class GeoBox(_message.Message):
    __slots__ = ("south_west", "north_east")
    SOUTH_WEST_FIELD_NUMBER: _ClassVar[int]
    NORTH_EAST_FIELD_NUMBER: _ClassVar[int]
    south_west: GeoPoint
    north_east: GeoPoint
    def __init__(self, south_west: _Optional[_Union[GeoPoint, _Mapping]] = ..., north_east: _Optional[_Union[GeoPoint, _Mapping]] = ...) -> None: ...

class GeoCircle(_message.Message):
    __slots__ = ("center", "radius_km")
    CENTER_FIELD_NUMBER: _ClassVar[int]
    RADIUS_KM_FIELD_NUMBER: _ClassVar[int]
    center: GeoPoint
    radius_km: float
    def __init__(self, center: _Optional[_Union[GeoPoint, _Mapping]] = ..., radius_km: _Optional[float] = ...) -> None: ...

class GeoPoint(_message.Message):
    __slots__ = ("latitude", "longitude")
    LATITUDE_FIELD_NUMBER: _ClassVar[int]
    LONGITUDE_FIELD_NUMBER: _ClassVar[int]
    latitude: float
    longitude: float
    def __init__(self, latitude: _Optional[float] = ..., longitude: _Optional[float] = ...) -> None: ...

class LocateStarted(_message.Message):
    __slots__ = ("session_id",)
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    def __init__(self, session_id: _Optional[str] = ...) -> None: ...

class LocateFinished(_message.Message):
    __slots__ = ("estimate",)
    ESTIMATE_FIELD_NUMBER: _ClassVar[int]
    estimate: GeoEstimate
    def __init__(self, estimate: _Optional[_Union[GeoEstimate, _Mapping]] = ...) -> None: ...

class GeoEstimate(_message.Message):
    __slots__ = ("status", "point", "radius_50_km", "radius_90_km", "localizability", "candidates", "contributions", "reasoning", "summary", "heat_cells", "listened_duration", "notices", "version")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    POINT_FIELD_NUMBER: _ClassVar[int]
    RADIUS_50_KM_FIELD_NUMBER: _ClassVar[int]
    RADIUS_90_KM_FIELD_NUMBER: _ClassVar[int]
    LOCALIZABILITY_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    CONTRIBUTIONS_FIELD_NUMBER: _ClassVar[int]
    REASONING_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    HEAT_CELLS_FIELD_NUMBER: _ClassVar[int]
    LISTENED_DURATION_FIELD_NUMBER: _ClassVar[int]
    NOTICES_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    status: GeoStatus
    point: GeoPoint
    radius_50_km: float
    radius_90_km: float
    localizability: float
    candidates: _containers.RepeatedCompositeFieldContainer[GeoCandidate]
    contributions: _containers.RepeatedCompositeFieldContainer[GeoContribution]
    reasoning: _containers.RepeatedScalarFieldContainer[str]
    summary: str
    heat_cells: _containers.RepeatedCompositeFieldContainer[GeoHeatCell]
    listened_duration: _duration_pb2.Duration
    notices: _containers.RepeatedCompositeFieldContainer[_transcript_pb2.Notice]
    version: str
    def __init__(self, status: _Optional[_Union[GeoStatus, str]] = ..., point: _Optional[_Union[GeoPoint, _Mapping]] = ..., radius_50_km: _Optional[float] = ..., radius_90_km: _Optional[float] = ..., localizability: _Optional[float] = ..., candidates: _Optional[_Iterable[_Union[GeoCandidate, _Mapping]]] = ..., contributions: _Optional[_Iterable[_Union[GeoContribution, _Mapping]]] = ..., reasoning: _Optional[_Iterable[str]] = ..., summary: _Optional[str] = ..., heat_cells: _Optional[_Iterable[_Union[GeoHeatCell, _Mapping]]] = ..., listened_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., notices: _Optional[_Iterable[_Union[_transcript_pb2.Notice, _Mapping]]] = ..., version: _Optional[str] = ...) -> None: ...

class GeoCandidate(_message.Message):
    __slots__ = ("name", "admin", "country", "country_name", "continent", "point", "probability")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ADMIN_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_NAME_FIELD_NUMBER: _ClassVar[int]
    CONTINENT_FIELD_NUMBER: _ClassVar[int]
    POINT_FIELD_NUMBER: _ClassVar[int]
    PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    name: str
    admin: str
    country: str
    country_name: str
    continent: str
    point: GeoPoint
    probability: float
    def __init__(self, name: _Optional[str] = ..., admin: _Optional[str] = ..., country: _Optional[str] = ..., country_name: _Optional[str] = ..., continent: _Optional[str] = ..., point: _Optional[_Union[GeoPoint, _Mapping]] = ..., probability: _Optional[float] = ...) -> None: ...

class GeoContribution(_message.Message):
    __slots__ = ("source", "category", "claim", "bits", "spans")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    CLAIM_FIELD_NUMBER: _ClassVar[int]
    BITS_FIELD_NUMBER: _ClassVar[int]
    SPANS_FIELD_NUMBER: _ClassVar[int]
    source: str
    category: GeoCategory
    claim: str
    bits: float
    spans: _containers.RepeatedCompositeFieldContainer[_transcript_pb2.TimeSpan]
    def __init__(self, source: _Optional[str] = ..., category: _Optional[_Union[GeoCategory, str]] = ..., claim: _Optional[str] = ..., bits: _Optional[float] = ..., spans: _Optional[_Iterable[_Union[_transcript_pb2.TimeSpan, _Mapping]]] = ...) -> None: ...

class GeoHeatCell(_message.Message):
    __slots__ = ("h3_index", "probability")
    H3_INDEX_FIELD_NUMBER: _ClassVar[int]
    PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    h3_index: str
    probability: float
    def __init__(self, h3_index: _Optional[str] = ..., probability: _Optional[float] = ...) -> None: ...
