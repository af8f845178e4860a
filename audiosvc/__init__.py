"""Who said what, when: speaker-attributed, time-stamped transcription of long recordings.

>>> import audiosvc
>>> transcript = audiosvc.transcribe("meeting.flac")                # doctest: +SKIP
>>> for segment in transcript.segments:                             # doctest: +SKIP
...     print(segment.speaker, segment.span.start_s, segment.text)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from audiosvc.__about__ import __version__
from audiosvc.errors import (
    AccessError,
    AudioEmpty,
    AudioError,
    AudioNotFound,
    AudiosvcError,
    AudioTooLong,
    AudioUnreadable,
    Cancelled,
    DeadlineExceeded,
    FormatError,
    InputError,
    JobConflict,
    JobError,
    JobFailed,
    JobNotFound,
    JobNotReady,
    KeyRefused,
    LimitError,
    ManifestError,
    ModelCorrupt,
    ModelError,
    ModelFailed,
    ModelMissing,
    ModelUnknown,
    NoAudioStream,
    NotAllowed,
    OptionError,
    OutputError,
    ProtocolError,
    QuotaExceeded,
    ServerError,
    ServerFault,
    ServerUnavailable,
    StorageFull,
    TooBusy,
    TooLarge,
    UploadCorrupt,
    UploadMisplaced,
)
from audiosvc.estimates import (
    Candidate,
    Context,
    Contribution,
    GeoEstimate,
    Point,
    Precision,
)
from audiosvc.events import Event, Finished, Progress, SegmentReady, SegmentRevised, SpeakersMerged
from audiosvc.spans import Span
from audiosvc.types import Coverage, Hints, Notice, Segment, Speaker, Transcript, Turn, Word

if TYPE_CHECKING:
    from audiosvc.audio.open import Recording
    from audiosvc.transcription.sats import SatsSegment

__all__ = [
    "AccessError",
    "AudioEmpty",
    "AudioError",
    "AudioNotFound",
    "AudioTooLong",
    "AudioUnreadable",
    "AudiosvcError",
    "Cancelled",
    "Candidate",
    "Context",
    "Contribution",
    "Coverage",
    "DeadlineExceeded",
    "Event",
    "Finished",
    "FormatError",
    "GeoEstimate",
    "InputError",
    "JobConflict",
    "JobError",
    "JobFailed",
    "JobNotFound",
    "JobNotReady",
    "KeyRefused",
    "LimitError",
    "ManifestError",
    "ModelCorrupt",
    "ModelError",
    "ModelFailed",
    "ModelMissing",
    "ModelUnknown",
    "NoAudioStream",
    "NotAllowed",
    "Notice",
    "OptionError",
    "OutputError",
    "Point",
    "Progress",
    "ProtocolError",
    "QuotaExceeded",
    "Segment",
    "SegmentReady",
    "SegmentRevised",
    "ServerError",
    "ServerFault",
    "ServerUnavailable",
    "Span",
    "Speaker",
    "SpeakersMerged",
    "StorageFull",
    "TooBusy",
    "TooLarge",
    "Transcript",
    "Turn",
    "UploadCorrupt",
    "UploadMisplaced",
    "Word",
    "__version__",
    "locate",
    "parse_sats",
    "stream",
    "transcribe",
]


def transcribe(  # noqa: PLR0913 - one parameter a hint
    recording: Recording,
    *,
    sample_rate_hz: int | None = None,
    start_s: float = 0.0,
    end_s: float | None = None,
    hotwords: Sequence[str] = (),
    prompt: str | None = None,
    events: bool = False,
    **settings: Any,  # noqa: ANN401 - each setting has its own type
) -> Transcript:
    """Who said what, when, in a whole recording.

    recording: a path, ``-`` for standard input, the bytes of a file, a binary stream, or samples:
    an array ``(n,)`` or ``(channels, n)`` together with ``sample_rate_hz``. start_s, end_s: the
    part to transcribe; times in the result stay those of the recording. hotwords: words to expect.
    prompt: free text, for models that take one. events: also tell what is heard beside words, such
    as laughter, where the model can. settings: model, device, language, speakers, min_speakers,
    max_speakers, threads and the other fields of ``audiosvc.settings.Settings``.

    Raises AudioError when the recording cannot be used, ModelError when the model cannot,
    OptionError when a setting makes no sense. The models stay loaded for the next call.
    """
    for event in stream(
        recording,
        sample_rate_hz=sample_rate_hz,
        start_s=start_s,
        end_s=end_s,
        hotwords=hotwords,
        prompt=prompt,
        events=events,
        **settings,
    ):
        if isinstance(event, Finished):
            return event.transcript
    raise AssertionError("a stream ends with Finished")


def stream(  # noqa: PLR0913
    recording: Recording,
    *,
    sample_rate_hz: int | None = None,
    start_s: float = 0.0,
    end_s: float | None = None,
    hotwords: Sequence[str] = (),
    prompt: str | None = None,
    events: bool = False,
    **settings: Any,  # noqa: ANN401 - each setting has its own type
) -> Iterator[Event]:
    """The same as events while the work goes on: ``Progress``, then ``SegmentReady`` as windows are
    done, ``SegmentRevised`` and ``SpeakersMerged`` when all voices are known, ``Finished`` last.

    Takes what ``transcribe`` takes and raises what it raises. Closing the iterator stops the work.
    """
    from audiosvc import service  # noqa: PLC0415 - whoever asks for a type alone waits for nothing
    from audiosvc.audio.open import open_source  # noqa: PLC0415
    from audiosvc.settings import read_settings  # noqa: PLC0415

    chosen = read_settings(**settings)
    hints = Hints(hotwords=tuple(hotwords), prompt=prompt, events=events)
    with open_source(
        recording, start_s=start_s, end_s=end_s, sample_rate_hz=sample_rate_hz
    ) as source:
        yield from service.stream(source, chosen, hints=hints)


def locate(  # noqa: PLR0913 - one parameter a hint
    recording: Recording,
    *,
    sample_rate_hz: int | None = None,
    start_s: float = 0.0,
    end_s: float | None = None,
    context: Context | None = None,
    top: int = 5,
    precision: Precision = "city",
    guess: bool = True,
    transcribe: bool = True,
    **settings: Any,  # noqa: ANN401 - each setting has its own type
) -> GeoEstimate:
    """Where on Earth a recording was made, as far as it can be heard, and why.

    recording, sample_rate_hz, start_s, end_s: as for ``transcribe``; of more than three minutes,
    stretches are listened to. context: what is known beforehand. top: how many candidates.
    precision: how much of it to tell, ``city``, ``region``, ``country`` or ``exact``. guess: also
    name a place when it cannot be located. transcribe: also look for places in what is said.
    settings: as for ``transcribe``. Nothing of the recording is kept.

    Raises AudioError, ModelError and OptionError, as ``transcribe`` does.
    """
    from audiosvc import locating  # noqa: PLC0415 - whoever asks for a type alone waits for nothing
    from audiosvc.audio.open import open_source  # noqa: PLC0415
    from audiosvc.geo.precision import read_precision  # noqa: PLC0415
    from audiosvc.settings import read_settings  # noqa: PLC0415

    precision = read_precision(precision)
    chosen = read_settings(**settings)
    with open_source(
        recording, start_s=start_s, end_s=end_s, sample_rate_hz=sample_rate_hz
    ) as source:
        found = locating.locate(source, chosen, context, top=top, transcribe=transcribe)
    return locating.shown(found, chosen, precision=precision, guess=guess)


def parse_sats(text: str, *, start_s: float = 0.0, end_s: float | None = None) -> list[SatsSegment]:
    """The segments of a ``[start][S01]text[end]`` transcript, as unified models write it.

    Nothing that was said is lost, whatever is wrong with the marks; a segment whose times had to
    be taken from its neighbours is ``repaired``. start_s, end_s: of the audio behind the text, in
    seconds, for a first or last time that is missing. Never raises.
    """
    from audiosvc.transcription import sats  # noqa: PLC0415 - whoever asks for a type waits for nothing

    return sats.parse_sats(text, start_s=start_s, end_s=end_s)
