"""How fast a joint model could be at best: operations and bytes, against what a machine can do.

Decoding reads every weight and every sequence's keys and values once for each token, and is bound
by memory; the encoder and the prompt are bound by arithmetic. Nothing is overlapped here but the
sequences of one batch, and nothing is wasted.
"""

from __future__ import annotations

from dataclasses import dataclass

ENCODER_CHUNK_S = 30.0
ENCODER_FRAMES = 1_500
AUDIO_TOKENS_PER_S = 12.5
# A number every two seconds, of two or three digits, a token each.
MARKER_TOKENS_PER_S = 1.25
PROMPT_TOKENS = 100


@dataclass(frozen=True, slots=True)
class Machine:
    """What a machine can do at best, by its maker's sheet or by measurement."""

    name: str
    bytes_per_s: float
    flops_per_s: float


H100 = Machine("H100 SXM, bfloat16", 3.35e12, 989e12)
H200 = Machine("H200 SXM, bfloat16", 4.8e12, 989e12)


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a model that decide its cost. bytes_per_number: 2 for bfloat16."""

    encoder_layers: int = 24
    encoder_width: int = 1_024
    encoder_inner: int = 4_096
    layers: int = 28
    width: int = 1_024
    inner: int = 3_072
    heads: int = 16
    kv_heads: int = 8
    head_width: int = 128
    vocabulary: int = 151_936
    bytes_per_number: int = 2

    @property
    def encoder_weights(self) -> int:
        """Numbers in the encoder's layers."""
        attention = 4 * self.encoder_width**2
        return self.encoder_layers * (attention + 2 * self.encoder_width * self.encoder_inner)

    @property
    def decoder_weights(self) -> int:
        """Numbers that are read for every token: the layers, and the output's."""
        attention = self.width * self.head_width * 2 * (self.heads + self.kv_heads)
        layer = attention + 3 * self.width * self.inner
        return self.layers * layer + self.vocabulary * self.width

    @property
    def cache_bytes_per_token(self) -> int:
        """Keys and values of one token."""
        return self.layers * 2 * self.kv_heads * self.head_width * self.bytes_per_number


@dataclass(frozen=True, slots=True)
class Work:
    """One recording in windows, of which ``batch`` are decoded side by side."""

    audio_s: float
    window_s: float
    batch: int
    tokens_per_s: float = 7.0

    @property
    def windows(self) -> int:
        """How many there are, the last one counted whole."""
        return max(1, -int(-self.audio_s // self.window_s))

    @property
    def prompt_tokens(self) -> float:
        """Of one window."""
        return PROMPT_TOKENS + (AUDIO_TOKENS_PER_S + MARKER_TOKENS_PER_S) * self.window_s

    @property
    def output_tokens(self) -> float:
        """Of one window."""
        return self.tokens_per_s * self.window_s


@dataclass(frozen=True, slots=True)
class Roofline:
    """The least time for each part, in seconds, and what it moves or computes."""

    encoder_s: float
    prompt_s: float
    decode_s: float
    decode_bytes: float
    flops: float
    audio_s: float

    @property
    def total_s(self) -> float:
        """One part after the other."""
        return self.encoder_s + self.prompt_s + self.decode_s

    @property
    def audio_s_per_s(self) -> float:
        """Seconds of audio in a second of work."""
        return self.audio_s / self.total_s


def roofline(shape: Shape, work: Work, machine: Machine) -> Roofline:
    """The least time in which a machine could do the work."""
    encoder = _encoder_flops(shape) * work.windows * (work.window_s / ENCODER_CHUNK_S)
    prompt = _prompt_flops(shape, work.prompt_tokens) * work.windows
    decode_bytes = _decode_bytes(shape, work)
    return Roofline(
        encoder_s=encoder / machine.flops_per_s,
        prompt_s=prompt / machine.flops_per_s,
        decode_s=decode_bytes / machine.bytes_per_s,
        decode_bytes=decode_bytes,
        flops=encoder + prompt,
        audio_s=work.audio_s,
    )


def _encoder_flops(shape: Shape) -> float:
    """Of one chunk of thirty seconds."""
    weights = 2.0 * shape.encoder_weights * ENCODER_FRAMES
    attention = 4.0 * shape.encoder_layers * ENCODER_FRAMES**2 * shape.encoder_width
    return weights + attention


def _prompt_flops(shape: Shape, tokens: float) -> float:
    """Of one window's prompt; only its last token needs the vocabulary, which is left out."""
    layers = shape.decoder_weights - shape.vocabulary * shape.width
    attention = 2.0 * shape.layers * tokens**2 * shape.heads * shape.head_width  # causal: half
    return 2.0 * layers * tokens + attention


def _decode_bytes(shape: Shape, work: Work) -> float:
    """Weights once for every step of a batch, and the cache of every sequence, half written."""
    rounds = -(-work.windows // work.batch)
    weights = shape.decoder_weights * shape.bytes_per_number * work.output_tokens * rounds
    context = work.prompt_tokens + work.output_tokens / 2
    cache = shape.cache_bytes_per_token * context * work.output_tokens * work.windows
    return weights + cache
