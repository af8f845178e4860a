"""Every error that audiosvc raises on purpose.

    AudiosvcError
    ├── InputError                what was given cannot be used
    │   ├── AudioError
    │   │   ├── AudioNotFound     no such file, or a directory
    │   │   ├── AudioUnreadable   not audio, or nothing in it can be decoded
    │   │   ├── NoAudioStream     a readable container without sound
    │   │   └── AudioEmpty        sound of no length
    │   ├── OptionError           an option's value, or two that exclude each other
    │   ├── FormatError           a transcript file that does not parse
    │   └── ManifestError         an evaluation manifest that does not parse
    ├── ModelError
    │   ├── ModelUnknown          no model of that name
    │   ├── ModelMissing          its weights or its packages are not here
    │   ├── ModelCorrupt          its weights are not what its card says
    │   └── ModelFailed           it stopped while it worked
    └── OutputError               a result that cannot be written

A message is written for the person who reads it: what happened, to which input, what to do.
"""

from __future__ import annotations


class AudiosvcError(Exception):
    """The root: catch this to catch every error that audiosvc raises on purpose."""


class InputError(AudiosvcError):
    """What was given cannot be used; giving it again will not help."""


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


class OptionError(InputError):
    """An option has a value that it cannot have, or contradicts another."""


class FormatError(InputError):
    """A transcript file does not follow its format."""


class ManifestError(InputError):
    """An evaluation manifest does not follow its format, or names a file that is not there."""


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
