"""Every error that audiosvc raises on purpose.

    AudiosvcError
    ├── InputError                what was given cannot be used
    │   ├── AudioError
    │   │   ├── AudioNotFound     no such file, or a directory
    │   │   ├── AudioUnreadable   not audio, or nothing in it can be decoded
    │   │   ├── NoAudioStream     a readable container without sound
    │   │   ├── AudioEmpty        sound of no length
    │   │   └── AudioTooLong      more sound than the server takes
    │   ├── OptionError           an option's value, or two that exclude each other
    │   ├── FormatError           a transcript file that does not parse
    │   ├── ManifestError         an evaluation manifest that does not parse
    │   └── ProtocolError         a message that does not belong where it came
    ├── ModelError
    │   ├── ModelUnknown          no model of that name
    │   ├── ModelMissing          its weights or its packages are not here
    │   ├── ModelCorrupt          its weights are not what its card says
    │   └── ModelFailed           it stopped while it worked
    ├── OutputError               a result that cannot be written
    ├── AccessError
    │   ├── KeyRefused            no key, or one that the server does not know
    │   └── NotAllowed            the key may not do that
    ├── LimitError                a limit of the server; ``retry_after_s`` says when to try again
    │   ├── TooLarge              more bytes than one message or upload may have
    │   ├── TooBusy               as many sessions or jobs as the server takes at once
    │   ├── QuotaExceeded         as much as this key may use
    │   └── StorageFull           no room for more audio
    ├── JobError
    │   ├── JobNotFound           no job of that id, or not one of this key's
    │   ├── JobConflict           the same request id with another request
    │   ├── JobNotReady           its state does not allow that
    │   ├── JobFailed             it ended without a result
    │   ├── UploadCorrupt         a checksum that does not match
    │   └── UploadMisplaced       a part that does not continue the upload
    └── ServerError
        ├── ServerUnavailable     it cannot be reached, is starting or stopping
        ├── DeadlineExceeded      it took longer than the caller would wait
        ├── Cancelled             the caller gave up
        └── ServerFault           a fault of the server's own

A message is written for the person who reads it: what happened, to which input, what to do.
"""

from __future__ import annotations


class AudiosvcError(Exception):
    """The root: catch this to catch every error that audiosvc raises on purpose."""


class InputError(AudiosvcError):
    """What was given cannot be used; giving it again will not help.

    field: which part of a request is meant, such as ``transcription.language_code``.
    """

    def __init__(self, message: str = "", *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class AudioError(InputError):
    """A recording that cannot be used."""


class AudioNotFound(AudioError):
    """There is no file of that name, or it is not a file."""


class AudioUnreadable(AudioError):
    """The bytes are not audio in any known format, or none of them can be decoded."""


class NoAudioStream(AudioError):
    """The container is readable and holds no sound: a picture, or a video without a sound track."""


class AudioEmpty(AudioError):
    """The recording has a length of zero."""


class AudioTooLong(AudioError):
    """The recording holds more sound than the server takes."""


class OptionError(InputError):
    """An option has a value that it cannot have, or contradicts another."""


class FormatError(InputError):
    """A transcript file does not follow its format."""


class ManifestError(InputError):
    """An evaluation manifest does not follow its format, or names a file that is not there."""


class ProtocolError(InputError):
    """A message came where it does not belong: audio before the configuration, or that twice."""


class ModelError(AudiosvcError):
    """A model cannot be used."""


class ModelUnknown(ModelError):
    """No model has that name."""


class ModelMissing(ModelError):
    """The model is known, but its weights or the packages it needs are not installed."""


class ModelCorrupt(ModelError):
    """A weight file differs from the sha256 on its card."""


class ModelFailed(ModelError):
    """A model raised while it worked; the cause is chained."""


class OutputError(AudiosvcError):
    """A result cannot be written: no permission, no space, no such folder."""


class AccessError(AudiosvcError):
    """The caller may not do that."""


class KeyRefused(AccessError):
    """No key was given, or one that the server does not know."""


class NotAllowed(AccessError):
    """The key is known, and may not do that."""


class LimitError(AudiosvcError):
    """A limit of the server is reached.

    retry_after_s: when to try again; None when that would not help.
    """

    def __init__(self, message: str = "", *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class TooLarge(LimitError):
    """More bytes than one message or one upload may have."""


class TooBusy(LimitError):
    """The server works on as much as it takes at once."""


class QuotaExceeded(LimitError):
    """The key has used as much as it may."""


class StorageFull(LimitError):
    """There is no room for more audio."""


class JobError(AudiosvcError):
    """A job, or an upload, cannot do what it was asked to."""


class JobNotFound(JobError):
    """There is no job of that id among those of this key."""


class JobConflict(JobError):
    """A request id was used before, for another request."""


class JobNotReady(JobError):
    """The job's state does not allow that: a result before its end, audio after its upload."""


class JobFailed(JobError):
    """The job ended without a result."""


class UploadCorrupt(JobError):
    """A part, or the whole, does not match its checksum; send it again."""


class UploadMisplaced(JobError):
    """A part begins behind what is here, or reaches past the announced size."""


class ServerError(AudiosvcError):
    """The server, or the way to it, failed.

    retry_after_s: when to try again, if the server said so.
    """

    def __init__(self, message: str = "", *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class ServerUnavailable(ServerError):
    """The server cannot be reached, is starting, or is stopping."""


class DeadlineExceeded(ServerError):
    """It took longer than the caller would wait."""


class Cancelled(ServerError):
    """The caller gave up."""


class ServerFault(ServerError):
    """A fault of the server's own; its log says more, under the request id."""
