"""What a model library raises becomes an error of our own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from audiosvc.errors import AudiosvcError, ModelFailed


@contextmanager
def model_faults() -> Iterator[None]:
    """Raises ModelFailed for whatever is not one of our errors."""
    try:
        yield
    except AudiosvcError:
        raise
    except Exception as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise ModelFailed(f"The model stopped while it worked: {reason}") from error
