"""Speech recognition with any Whisper for CTranslate2, through faster-whisper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from audiosvc.backends.cublas import WAY_OUT, load_cublas
from audiosvc.backends.devices import for_ctranslate2
from audiosvc.backends.whisper_words import to_draft_words, to_words
from audiosvc.errors import ModelMissing, OptionError
from audiosvc.types import Audio, Draft, DraftWord, Float32, Hints, Hypothesis

FRAMES_PER_S = 100
STRETCH_S = 30.0
# The language of ten seconds is heard as well without padding to thirty, at a fifth of the work:
# 27 of the 27 development clips either way.
LANGUAGE_STRETCH_S = 10.0
# cpWER of the English development mixes: 21.8 % with 2, 21.4 % with 3, 21.3 % with 5, at a tenth
# more work from 3 to 5.
BEAM_SIZE = 3
MAX_TOKENS = 448
MIN_ALIGNED_FRAMES = 20  # the aligner fails on less; what lies behind the stretch is silence
MAX_PROMPT_TOKENS = MAX_TOKENS // 2 - 1
# Speech that still goes on is not padded to thirty seconds, which would take five times as long.
# The model wants some silence behind it, or it begins to repeat itself: of the words of two
# development mixes cut into utterances, 29.6 % come out wrong with two seconds of it, 22.2 % with
# four, and 21.2 % with all thirty.
DRAFT_BEAM_SIZE = 5  # what is confirmed cannot be put right later
DRAFT_PADDING_S = FINAL_PADDING_S = 4.0
# People say no more tokens than this; a draft that wants more has begun to loop.
MOST_TOKENS_PER_S = 9
FEWEST_TOKENS = 16
# A second try may say no three tokens twice in a row of forty: a loop cannot arise.
CAREFUL = {"no_repeat_ngram_size": 3, "repetition_penalty": 1.1}


class FasterWhisperRecognizer:
    """Whisper; fulfils ``ports.Recognizer``. Calls from several threads run side by side.

    Each call computes on one thread, up to ``threads`` calls at once: two stretches side by side
    take less time than two threads on one stretch.
    """

    stretch_s = STRETCH_S

    def __init__(self, folder: Path, *, threads: int = 1, device: str = "auto") -> None:
        """device: auto (a GPU where there is one), cpu, cuda, cuda:1.

        Raises ModelMissing when it is not here, OptionError when there is no such device.
        """
        from faster_whisper import WhisperModel

        kind, number = for_ctranslate2(device)
        if kind == "cuda":
            load_cublas()
        self._whisper = WhisperModel(
            str(folder),
            device=kind,
            device_index=number,
            compute_type="float16" if kind == "cuda" else "int8",
            cpu_threads=1,
            num_workers=threads,
            local_files_only=True,
        )
        if kind == "cuda":
            self._try_gpu()
        self.languages = frozenset(self._whisper.supported_languages)

    def _try_gpu(self) -> None:
        """One second through the encoder: what the GPU lacks shows now, not in a recording."""
        try:
            self._whisper.encode(self._features(np.zeros(0, np.float32), 1.0)[None])
        except RuntimeError as error:
            if "libcublas" in str(error):
                raise ModelMissing(f"Whisper cannot use the GPU: {error}. {WAY_OUT}") from error
            raise

    def detect_language(self, stretches: Sequence[Audio]) -> list[dict[str, float]]:
        """Probability of each language in the first ten seconds of each stretch."""
        return [self._language_of(stretch) for stretch in stretches]

    def _language_of(self, stretch: Audio) -> dict[str, float]:
        encoded = self._whisper.encode(self._features(stretch.samples, LANGUAGE_STRETCH_S))
        found = self._whisper.model.detect_language(encoded)[0]
        return {token[2:-2]: probability for token, probability in found}

    def transcribe(
        self, stretches: Sequence[Audio], language: str, hints: Hints, *, careful: bool = False
    ) -> list[Hypothesis]:
        """One hypothesis a stretch, in order; a stretch is at most 30 s long.

        hints: hotwords and a prompt are given to the model as text that came before.
        """
        if not stretches:
            return []
        tokenizer = self._tokenizer(language)
        encoded = self._whisper.encode(
            np.stack([self._features(stretch.samples, STRETCH_S) for stretch in stretches])
        )
        results = self._whisper.model.generate(
            encoded,
            [self._prompt(tokenizer, hints)] * len(stretches),
            beam_size=BEAM_SIZE,
            max_length=MAX_TOKENS,
            suppress_tokens=self._suppressed(tokenizer),
            return_scores=True,
            return_no_speech_prob=True,
            **(CAREFUL if careful else {}),
        )
        texts = [
            [token for token in result.sequences_ids[0] if token < tokenizer.eot]
            for result in results
        ]
        frames = [
            max(MIN_ALIGNED_FRAMES, round(stretch.duration_s * FRAMES_PER_S))
            for stretch in stretches
        ]
        words = self._align(tokenizer, encoded, texts, frames)
        return [
            Hypothesis(
                words=tuple(words_of),
                average_log_probability=result.scores[0] * len(text) / (len(text) + 1),
                no_speech_probability=result.no_speech_prob,
            )
            for result, text, words_of in zip(
                results,
                texts,
                (to_words(raw, stretch) for raw, stretch in zip(words, stretches, strict=True)),
                strict=True,
            )
        ]

    def draft(
        self,
        audio: Audio,
        language: str | None,
        hints: Hints,
        confirmed: Sequence[DraftWord] = (),
        *,
        final: bool = False,
    ) -> Draft:
        """What is said in up to 30 s of audio, going on behind the confirmed words."""
        padding_s = FINAL_PADDING_S if final else DRAFT_PADDING_S
        length_s = min(STRETCH_S, np.ceil(2 * (audio.duration_s + padding_s)) / 2)
        encoded = self._whisper.encode(self._features(audio.samples, length_s)[None])
        languages: dict[str, float] = {}
        if language is None or final:
            found = self._whisper.model.detect_language(encoded)[0]
            languages = {token[2:-2]: probability for token, probability in found}
            language = language or max(languages, key=lambda tag: languages[tag])
        tokenizer = self._tokenizer(language)
        said = [token for word in confirmed for token in word.tokens]
        prompt = [*self._prompt(tokenizer, hints), *said]
        longest = FEWEST_TOKENS + round(MOST_TOKENS_PER_S * audio.duration_s)
        (result,) = self._whisper.model.generate(
            encoded,
            [prompt],
            beam_size=DRAFT_BEAM_SIZE,
            max_length=min(MAX_TOKENS, len(prompt) + max(FEWEST_TOKENS, longest - len(said))),
            suppress_tokens=self._suppressed(tokenizer),
            return_scores=True,
            return_no_speech_prob=True,
        )
        # The library gives what was put behind the start of the text as part of the text.
        text = [token for token in result.sequences_ids[0] if token < tokenizer.eot][len(said) :]
        frames = max(MIN_ALIGNED_FRAMES, round(audio.duration_s * FRAMES_PER_S))
        words: list[dict[str, Any]] = []
        if text:
            (words,) = self._whisper.find_alignment(tokenizer, [said + text], encoded, [frames])
        return Draft(
            words=tuple(to_draft_words(words, len(said), audio)),
            language=language,
            languages=languages,
            average_log_probability=result.scores[0],
            no_speech_probability=result.no_speech_prob,
        )

    def _align(
        self,
        tokenizer: Any,
        encoded: Any,
        texts: list[list[int]],
        frames: list[int],
    ) -> Iterator[list[dict[str, Any]]]:
        """Words with times in seconds from the beginning of each stretch."""
        written = [index for index, text in enumerate(texts) if text]
        aligned: dict[int, list[dict[str, Any]]] = {}
        if len(written) == len(texts):
            found = self._whisper.find_alignment(tokenizer, texts, encoded, frames)
            aligned = dict(zip(written, found, strict=True))
        else:  # the aligner stumbles over an empty text in a batch
            for index in written:
                one = _row(encoded, index)
                (found_one,) = self._whisper.find_alignment(
                    tokenizer, [texts[index]], one, [frames[index]]
                )
                aligned[index] = found_one
        return (aligned.get(index, []) for index in range(len(texts)))

    def _features(self, samples: Float32, length_s: float) -> Float32:
        """Log mel energies, ``(mels, frames)``, padded with silence to ``length_s``."""
        wanted = round(length_s * FRAMES_PER_S)
        extractor = self._whisper.feature_extractor
        padded = np.zeros(round(length_s * extractor.sampling_rate), np.float32)
        padded[: len(samples)] = samples[: len(padded)]
        features: Float32 = extractor(padded)[..., :wanted]
        return features

    def _tokenizer(self, language: str) -> Any:
        from faster_whisper.tokenizer import Tokenizer

        if language not in self.languages:
            raise OptionError(
                f"This model does not know the language {language!r}. "
                f"It knows: {', '.join(sorted(self.languages))}."
            )
        multilingual = self._whisper.model.is_multilingual
        return Tokenizer(
            self._whisper.hf_tokenizer, multilingual, task="transcribe", language=language
        )

    def _prompt(self, tokenizer: Any, hints: Hints) -> list[int]:
        before = " ".join(filter(None, [", ".join(hints.hotwords), hints.prompt or ""])).strip()
        tokens = tokenizer.encode(f" {before}")[-MAX_PROMPT_TOKENS:] if before else []
        previous = [tokenizer.sot_prev, *tokens] if tokens else []
        return [*previous, *tokenizer.sot_sequence, tokenizer.no_timestamps]

    def _suppressed(self, tokenizer: Any) -> list[int]:
        """Tokens that are no speech: brackets, notes, and those that steer the model."""
        steering = (
            tokenizer.transcribe,
            tokenizer.translate,
            tokenizer.sot,
            tokenizer.sot_prev,
            tokenizer.sot_lm,
        )
        return sorted({*tokenizer.non_speech_tokens, *steering})


def _row(encoded: Any, index: int) -> Any:
    """One stretch's encoding out of a batch."""
    import ctranslate2

    rows = np.asarray(encoded.to_device(ctranslate2.Device.cpu))
    return ctranslate2.StorageView.from_array(np.ascontiguousarray(rows[index : index + 1]))
