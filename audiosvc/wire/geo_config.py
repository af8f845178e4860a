"""What a caller wants to know of where a recording was made, as a message, and back."""

from __future__ import annotations

from dataclasses import dataclass, field

from audiosvc.errors import OptionError
from audiosvc.estimates import Context, Precision
from audiosvc.v1 import geo_pb2 as pb
from audiosvc.wire.config import check_part
from audiosvc.wire.geo_context import from_context, to_context
from audiosvc.wire.time import from_duration, to_duration

PRECISIONS: dict[pb.GeoPrecision, Precision] = {
    pb.GEO_PRECISION_CITY: "city",
    pb.GEO_PRECISION_REGION: "region",
    pb.GEO_PRECISION_COUNTRY: "country",
    pb.GEO_PRECISION_EXACT: "exact",
}
DEFAULT_TOP, MOST_TOP = 5, 50
DEFAULT_UPDATE_S, LEAST_UPDATE_S, MOST_UPDATE_S = 10.0, 2.0, 600.0


@dataclass(frozen=True, slots=True)
class LocateWish:
    """What a caller wants to be told. language: None is detected. update_s: of a stream."""

    context: Context = field(default_factory=Context)
    top: int = DEFAULT_TOP
    precision: Precision = "city"
    guess: bool = True
    transcribe: bool = True
    language: str | None = None
    start_s: float = 0.0
    end_s: float | None = None
    update_s: float = DEFAULT_UPDATE_S


def to_locate_config(wish: LocateWish) -> pb.LocateConfig:
    """A wish as a message, but for the audio. Raises OptionError for a precision there is not."""
    precisions = {name: value for value, name in PRECISIONS.items()}
    if wish.precision not in precisions:
        raise OptionError(f"A precision is {', '.join(precisions)}, not {wish.precision!r}.")
    _check_top(wish.top)
    message = pb.LocateConfig(
        top=wish.top,
        precision=precisions[wish.precision],
        guess=wish.guess,
        transcribe=wish.transcribe,
        context=to_context(wish.context),
        language_code=wish.language or "",
        update_interval=to_duration(wish.update_s),
    )
    if wish.start_s:
        message.start_offset.CopyFrom(to_duration(wish.start_s))
    if wish.end_s is not None:
        message.end_offset.CopyFrom(to_duration(wish.end_s))
    return message


def from_locate_config(message: pb.LocateConfig) -> LocateWish:
    """A wish. Raises OptionError, which names the field, for what nobody can mean."""
    precision = message.precision or pb.GEO_PRECISION_CITY
    if precision not in PRECISIONS:
        raise OptionError(f"There is no precision {precision}.", field="precision")
    has_update = message.HasField("update_interval")
    return checked(
        LocateWish(
            context=from_context(message.context),
            top=message.top or DEFAULT_TOP,
            precision=PRECISIONS[precision],
            guess=message.guess if message.HasField("guess") else True,
            transcribe=message.transcribe if message.HasField("transcribe") else True,
            language=message.language_code or None,
            start_s=_offset_s(message, "start_offset") or 0.0,
            end_s=_offset_s(message, "end_offset"),
            update_s=from_duration(message.update_interval) if has_update else DEFAULT_UPDATE_S,
        )
    )


def checked(wish: LocateWish) -> LocateWish:
    """The same wish, whatever it came over; ``checked_context`` sees to its context.

    Raises OptionError, which names the field of the message, for what nobody can mean.
    """
    _check_top(wish.top)
    check_part(wish.start_s, wish.end_s)
    if not LEAST_UPDATE_S <= wish.update_s <= MOST_UPDATE_S:
        raise OptionError(
            f"A new estimate can come every {LEAST_UPDATE_S:g} to {MOST_UPDATE_S:g} s of audio, "
            f"not every {wish.update_s:g} s.",
            field="update_interval",
        )
    return wish


def _check_top(top: int) -> None:
    if not 1 <= top <= MOST_TOP:
        raise OptionError(f"There can be 1 to {MOST_TOP} candidates, not {top}.", field="top")


def _offset_s(message: pb.LocateConfig, name: str) -> float | None:
    return from_duration(getattr(message, name)) if message.HasField(name) else None
