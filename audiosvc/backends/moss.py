"""MOSS-Transcribe-Diarize in process: one model writes text, speakers and times together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from audiosvc.backends.checkpoint_folder import check_folder
from audiosvc.backends.generation import Generator, Writer
from audiosvc.backends.generation_decoding import Speech
from audiosvc.backends.generation_writing import TokenWriting
from audiosvc.backends.moss_prompts import (
    DEFAULT_PROMPT,
    hotwords_for,
    instruction_for,
    supplement_for,
)
from audiosvc.backends.torch_device import choose_device, choose_dtype
from audiosvc.backends.torch_loading import load_processor, load_weights
from audiosvc.backends.torch_memory import is_out_of_memory, release
from audiosvc.errors import ModelFailed
from audiosvc.ports import Markup
from audiosvc.types import Hints, Limits, Request

MODEL_TYPE = "moss_transcribe_diarize"
NAME = "MOSS-Transcribe-Diarize"
WAY_OUT = (
    "`audiosvc models pull moss` brings the right files; those of the repository "
    "OpenMOSS-Team/MOSS-Transcribe-Diarize have another layout."
)
SAMPLE_RATE_HZ = 16_000
WINDOW_S = 300.0
MARGIN_S = 10.0
WRITTEN_PER_S = 7  # tokens a second of speech, marks and all, as measured by others
MARKER_TOKENS = 4  # a time in the audio is written in digits: 5998
PROMPT_TOKENS = 256
CHUNKS_AT_ONCE = 16  # of thirty seconds: what the encoder hears at a time
_SAMPLE_MARKS = "[0.12][S01] [3.45][S06] [78.9][12.30][S12][S13] [4567.89]"


class MossModel:
    """Fulfils ``ports.JointModel``; any thread may ask it, and all threads share it.

    Windows that are lined up together are written as one batch, as large as memory allows.
    """

    markup: Markup = "sats"

    def __init__(
        self, folder: Path, *, threads: int = 1, device: str = "auto", dtype: str = "auto"
    ) -> None:
        """threads: on a CPU. device: auto, cpu, cuda, cuda:1, mps. dtype: auto, or torch's name.

        Raises ModelMissing, ModelCorrupt, OptionError, or ModelFailed when it does not fit.
        """
        import torch
        from transformers import MossTranscribeDiarizeForConditionalGeneration as Moss

        place = choose_device(device)
        number = choose_dtype(dtype, place)
        check_folder(folder, MODEL_TYPE, WAY_OUT)
        if place.type == "cpu":
            torch.set_num_threads(max(1, threads))
        self._processor = load_processor(folder, WAY_OUT)
        self._model = load_weights(Moss, folder, place, number, WAY_OUT)
        self._adds_default = self._template_adds_default()
        longest = self._model.config.text_config.max_position_embeddings
        heard_per_s = self._heard_per_s()
        window_s = WINDOW_S + 2 * MARGIN_S
        self.generator = Generator(
            Writer(NAME, self._model, self._compose, self._detokenise, self._speech(), longest),
            usual=(
                round(window_s * heard_per_s) + PROMPT_TOKENS,
                round(window_s * WRITTEN_PER_S),
            ),
        )
        self.limits = Limits(
            window_s=WINDOW_S,
            margin_s=MARGIN_S,
            windows_at_once=self.generator.batch,
            longest_s=float((longest - PROMPT_TOKENS) // (heard_per_s + WRITTEN_PER_S)),
            streams=True,
            knows_speakers=True,
        )

    def write(self, request: Request) -> TokenWriting:
        """Line a clip up, and return at once."""
        return self.generator.write(request)

    def _heard_per_s(self) -> float:
        """Tokens that a second of audio takes in the prompt, with the times written into it."""
        step_s = self._processor.time_marker_every_seconds
        return float(self._processor.audio_tokens_per_second) + (
            MARKER_TOKENS / step_s if step_s else 0.0
        )

    def _speech(self) -> Speech:
        tokenizer = self._processor.tokenizer
        stops: set[int] = set()
        for found in (
            self._model.generation_config.eos_token_id,
            self._model.config.text_config.eos_token_id,
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

    def _template_adds_default(self) -> bool:
        """Whether the chat template says the default instruction even beside a prompt."""
        turn = [{"role": "user", "content": [{"type": "audio"}, {"type": "text", "text": "+"}]}]
        return DEFAULT_PROMPT in self._processor.apply_chat_template(turn, tokenize=False)

    def _inputs(self, samples: Any, hints: Hints) -> Any:
        """What the model hears and reads, as tensors on the CPU, for one clip."""
        instruct = supplement_for if self._adds_default else instruction_for
        return self._processor.apply_transcription_request(
            [samples],
            prompt=instruct(hints),
            keywords=hotwords_for(hints) or None,
            sampling_rate=SAMPLE_RATE_HZ,
            padding=True,
            padding_side="left",
            return_tensors="pt",
        )

    def _compose(self, request: Request) -> Any:
        """The prompt as embeddings, with what was heard in the places that are kept for it."""
        import torch

        inputs = self._inputs(request.audio.samples, request.hints)
        ids = inputs["input_ids"][0].to(self._model.device)
        places = ids == self._model.config.audio_token_id
        with torch.no_grad():
            heard = self._hear(inputs["input_features"], inputs["input_features_mask"])
            if len(heard) != int(places.sum()):
                raise ModelFailed(
                    f"{NAME} heard {len(heard)} pieces of sound and has {int(places.sum())} places "
                    f"for them: its processor does not belong to its weights. {WAY_OUT}"
                )
            prompt = self._model.get_input_embeddings()(ids)
            prompt[places] = heard.to(prompt.dtype)
        return prompt

    def _hear(self, features: Any, mask: Any) -> Any:
        """Audio embeddings ``(tokens, hidden)`` of chunks of thirty seconds, some at a time."""
        import torch

        at_once = CHUNKS_AT_ONCE
        while True:
            try:
                return torch.cat(
                    [
                        self._model.get_audio_features(
                            some.to(self._model.device), some_mask, padding_mask=None
                        ).pooler_output
                        for some, some_mask in zip(
                            features.split(at_once), mask.split(at_once), strict=True
                        )
                    ]
                )
            except Exception as error:
                if not is_out_of_memory(error) or at_once == 1:
                    raise
            at_once = max(1, at_once // 4)
            release(self._model.device)
