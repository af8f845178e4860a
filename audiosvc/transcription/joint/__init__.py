"""A joint model behind ``WindowTranscriber``: one that writes text, speakers and times together."""

from audiosvc.transcription.joint.transcriber import Joint

__all__ = ["Joint"]
