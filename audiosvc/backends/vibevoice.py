"""VibeVoice-ASR in process: one model writes text, speakers and times together, as JSON."""

from __future__ import annotations

from pathlib import Path
from types import MethodType
from typing import Any

from audiosvc.backends.checkpoint_folder import check_folder
from audiosvc.backends.generation import Generator, Writer
from audiosvc.backends.generation_decoding import Speech
from audiosvc.backends.generation_writing import TokenWriting
from audiosvc.backends.torch_device import choose_device, choose_dtype
from audiosvc.backends.torch_loading import load_processor, load_weights
from audiosvc.backends.torch_memory import is_out_of_memory, release
from audiosvc.errors import ModelFailed
from audiosvc.ports import Markup
from audiosvc.types import Float32, Hints, Limits, Request

MODEL_TYPE = "vibevoice_asr"
NAME = "VibeVoice-ASR"
WAY_OUT = (
    "`audiosvc models pull vibevoice` brings the right files; those of the repository "
    "microsoft/VibeVoice-ASR have another layout."
)
SAMPLE_RATE_HZ = 24_000
UP, DOWN = 3, 2  # from 16 kHz
WINDOW_S = 300.0
MARGIN_S = 10.0
# An hour within 64k tokens, say the authors: 7.5 tokens a second are heard, which leaves ten to be
# written.
LONGEST_S = 3600.0
WRITTEN_PER_S = 10
PROMPT_TOKENS = 256
# No letters but those of the keys, so that no word of speech is among the marks.
_SAMPLE_MARKS = (
    '[{"Start":0.12,"End":34.56,"Speaker":7,"Content":"8."},{"Start":9,"End":9.0,"Speaker":1,'
    '"Content":"1?"},{"Content":"1!"},{"Content":"1。"},{"Content":"1"}]'
)


class VibeVoiceModel:
    """Fulfils ``ports.JointModel``; any thread may ask it, and all threads share it.

    Windows that are lined up together are written as one batch, as large as memory allows.
    """

    markup: Markup = "json"

    def __init__(
        self, folder: Path, *, threads: int = 1, device: str = "auto", dtype: str = "auto"
    ) -> None:
        """threads: on a CPU. device: auto, cpu, cuda, cuda:1, mps. dtype: auto, or torch's name.

        Raises ModelMissing, ModelCorrupt, OptionError, or ModelFailed when it does not fit.
        """
        import torch

        place = choose_device(device)
        number = choose_dtype(dtype, place)
        check_folder(folder, MODEL_TYPE, WAY_OUT)
        if place.type == "cpu":
            torch.set_num_threads(max(1, threads))
        self._processor = load_processor(folder, WAY_OUT)
        self._model = load_weights(_Loader(), folder, place, number, WAY_OUT)
        self._hop = self._model.config.acoustic_tokenizer_encoder_config.hop_length
        longest = self._model.config.text_config.max_position_embeddings
        heard_per_s = SAMPLE_RATE_HZ / self._hop
        window_s = WINDOW_S + 2 * MARGIN_S
        self.generator = Generator(
            Writer(NAME, self._model, self._compose, self._detokenise, self._speech(), longest),
            usual=(
                round(window_s * heard_per_s) + PROMPT_TOKENS,
                round(window_s * WRITTEN_PER_S),
            ),
        )
        room_s = float((longest - PROMPT_TOKENS) // (heard_per_s + WRITTEN_PER_S))
        self.limits = Limits(
            window_s=WINDOW_S,
            margin_s=MARGIN_S,
            windows_at_once=self.generator.batch,
            longest_s=min(LONGEST_S, room_s),
            streams=True,
            knows_speakers=True,
        )

    def write(self, request: Request) -> TokenWriting:
        """Line a clip up, and return at once."""
        return self.generator.write(request)

    def _speech(self) -> Speech:
        """The end of the turn ends the text; the end of all, which is the model's own, follows."""
        tokenizer = self._processor.tokenizer
        stops: set[int] = set()
        for found in (
            self._model.generation_config.eos_token_id,
            tokenizer.eos_token_id,
            tokenizer.convert_tokens_to_ids("<|im_end|>"),
        ):
            stops.update(found if isinstance(found, list) else [found])
        stops.discard(None)
        pad = tokenizer.pad_token_id
        marks = tokenizer.encode(_SAMPLE_MARKS, add_special_tokens=False)
        return Speech(
            frozenset(stops), min(stops) if pad is None else pad, tuple(sorted(set(marks)))
        )

    def _detokenise(self, tokens: Any) -> str:
        return str(
            self._processor.tokenizer.decode(
                tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False
            )
        )

    def _inputs(self, samples: Float32, hints: Hints) -> Any:
        """What the model hears and reads, as tensors on the CPU, for one clip at 16 kHz."""
        from scipy.signal import resample_poly

        return self._processor.apply_transcription_request(
            [resample_poly(samples, UP, DOWN)],
            prompt=context_for(hints),
            sampling_rate=SAMPLE_RATE_HZ,
            return_tensors="pt",
        )

    def _compose(self, request: Request) -> Any:
        """The prompt as embeddings, with what was heard in the places that are kept for it."""
        import torch

        inputs = self._inputs(request.audio.samples, request.hints)
        ids = inputs["input_ids"][0].to(self._model.device)
        places = ids == self._model.config.audio_token_id
        with torch.no_grad():
            heard = self._hear(inputs["input_values"], inputs["padding_mask"])
            if len(heard) != int(places.sum()):
                raise ModelFailed(
                    f"{NAME} heard {len(heard)} pieces of sound and has {int(places.sum())} places "
                    f"for them: its processor does not belong to its weights. {WAY_OUT}"
                )
            prompt = self._model.get_input_embeddings()(ids)
            prompt[places] = heard.to(prompt.dtype)
        return prompt

    def _hear(self, sound: Any, mask: Any) -> Any:
        """Audio embeddings ``(tokens, hidden)`` of one clip, heard a minute at a time; in smaller
        pieces, now and later, where memory is not enough for that. The result is the same.

        Left to itself, the model adds random noise to what its acoustic encoder heard. That is
        left out: the same sound has to give the same text.
        """
        sound = sound.to(self._model.device, self._model.dtype)
        config = self._model.config
        while True:
            try:
                return self._model.get_audio_features(
                    sound, padding_mask=mask, sample=False
                ).pooler_output
            except Exception as error:
                if not is_out_of_memory(error):
                    raise
                smaller = config.acoustic_tokenizer_chunk_size // 4 // self._hop * self._hop
                if not smaller:
                    raise ModelFailed(self._full()) from None
            config.acoustic_tokenizer_chunk_size = smaller
            release(self._model.device)

    def _full(self) -> str:
        other = "" if self._model.device.type == "cpu" else ", or say --device cpu"
        return (
            f"{NAME} has no memory left on {self._model.device}, not even to hear a fraction of a "
            f"second: end what else uses it{other}."
        )


class _Loader:
    """Loads the library's class as asked, but for two things that it does not take."""

    def from_pretrained(self, folder: Path, *, attn_implementation: str, **options: Any) -> Any:
        """The model, and what was found out while it was loaded."""
        from transformers import GenerationMixin, VibeVoiceAsrForConditionalGeneration

        model, info = VibeVoiceAsrForConditionalGeneration.from_pretrained(
            folder,
            attn_implementation={
                "": attn_implementation,
                # Convolutions, which refuse to be told of an attention.
                "acoustic_tokenizer_encoder_config": "eager",
                "semantic_tokenizer_encoder_config": "eager",
            },
            **options,
        )
        # Its own drops a prompt of embeddings, for the sake of sound that is in ours already.
        model.prepare_inputs_for_generation = MethodType(
            GenerationMixin.prepare_inputs_for_generation, model
        )
        return model, info


def context_for(hints: Hints) -> str | None:
    """What the model is told of the recording: the caller's own text, and words to expect.

    What steers the model is spelt so that it does not: a caller's words are text.
    """
    parts = [hints.prompt or "", ", ".join(filter(None, map(str.strip, hints.hotwords)))]
    said = "\n".join(filter(None, map(str.strip, parts)))
    return said.replace("<|", "< |") or None
