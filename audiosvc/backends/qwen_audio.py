"""Audio-language models of the Qwen family in process: a clip and a question in, text out."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from audiosvc.backends.checkpoint_folder import check_folder
from audiosvc.backends.torch_device import choose_device, choose_dtype
from audiosvc.backends.torch_loading import load_listening, load_weights
from audiosvc.backends.torch_memory import is_out_of_memory, release
from audiosvc.errors import ModelCorrupt, ModelFailed
from audiosvc.types import Audio

SAMPLE_RATE_HZ = 16_000
MOST_TOKENS = 400
SOUND = "<|AUDIO|>"
PROMPT = (
    "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
    "<|im_start|>user\n{turn}<|im_end|>\n"
    "<|im_start|>assistant\n"
)
STOPS = ("<|im_end|>", "<|endoftext|>")


class QwenListener:
    """Fulfils ``ports.AudioLanguageModel``; any thread may ask it, one question at a time.

    Everything is decoded greedily: the same clip and question give the same reply.
    """

    name = ""
    longest_s = 0.0
    model_type = ""
    way_out = ""
    turn = ""
    """How the model's own chat template writes a clip and a question."""

    def __init__(
        self, folder: Path, *, threads: int = 1, device: str = "auto", dtype: str = "auto"
    ) -> None:
        """threads: on a CPU. device: auto, cpu, cuda, cuda:1, mps. dtype: auto, or torch's name.

        Raises ModelMissing, ModelCorrupt, OptionError, or ModelFailed when it does not fit.
        """
        import torch

        place = choose_device(device)
        number = choose_dtype(dtype, place)
        check_folder(folder, self.model_type, self.way_out)
        if place.type == "cpu":
            torch.set_num_threads(max(1, threads))
        self._tokenizer, self._extractor = load_listening(folder, self.way_out)
        self._model = load_weights(self._kind(), folder, place, number, self.way_out)
        self._lock = threading.Lock()

    def ask(self, audio: Audio, question: str, schema: Mapping[str, object]) -> str:
        """What it writes, up to 400 tokens. Nothing holds it to the schema but the question.

        Raises ModelFailed when memory is not enough.
        """
        del schema
        with self._lock:
            try:
                return self._answer(self._inputs(audio, question))
            except Exception as error:
                if not is_out_of_memory(error):
                    raise
            release(self._model.device)
        raise ModelFailed(
            f"{self.name} has no memory left on {self._model.device} to hear "
            f"{audio.duration_s:.0f} s: end what else uses it, or choose another --device."
        )

    def _kind(self) -> Any:
        """The library's class."""
        raise NotImplementedError

    def _inputs(self, audio: Audio, question: str) -> dict[str, Any]:
        """What the model hears and reads, as tensors; a place for each piece of sound."""
        heard = self._extractor(
            audio.samples,
            sampling_rate=SAMPLE_RATE_HZ,
            padding="max_length",
            return_attention_mask=True,
            return_tensors="pt",
        )
        mask = heard["attention_mask"]
        frames = int(mask.sum())
        places = ((frames - 1) // 2 - 1) // 2 + 1  # two strides of two
        prompt = PROMPT.format(turn=self.turn.format(sound=places * SOUND, question=question))
        read = self._tokenizer(prompt, add_special_tokens=False, return_tensors="pt")
        if int((read["input_ids"] == self._model.config.audio_token_id).sum()) != places:
            raise ModelCorrupt(
                f"The tokenizer of {self.name} does not belong to its weights. {self.way_out}"
            )
        inputs = {
            "input_ids": read["input_ids"],
            "attention_mask": read["attention_mask"],
            "input_features": heard["input_features"].to(self._model.dtype),
            "feature_attention_mask": mask,
        }
        return {name: tensor.to(self._model.device) for name, tensor in inputs.items()}

    def _answer(self, inputs: dict[str, Any]) -> str:
        import torch
        from transformers import GenerationConfig

        stops = sorted(set(self._tokenizer.convert_tokens_to_ids(list(STOPS))))
        with torch.no_grad():
            whole = self._model.generate(
                **inputs,
                generation_config=GenerationConfig(
                    do_sample=False,
                    num_beams=1,
                    max_new_tokens=MOST_TOKENS,
                    eos_token_id=stops,
                    pad_token_id=stops[0],
                ),
            )
        written = whole[0, inputs["input_ids"].shape[1] :]
        return str(
            self._tokenizer.decode(
                written, skip_special_tokens=True, clean_up_tokenization_spaces=False
            )
        )


class QwenOmni(QwenListener):
    """Qwen2.5-Omni: the part of it that thinks. What speaks and sees is left out or idle."""

    name = "Qwen2.5-Omni"
    longest_s = 300.0
    model_type = "qwen2_5_omni"
    way_out = "`audiosvc models pull qwen2.5-omni` brings the right files."
    turn = "<|audio_bos|>{sound}<|audio_eos|>{question}"

    def _kind(self) -> Any:
        from transformers import Qwen2_5OmniThinkerForConditionalGeneration

        return Qwen2_5OmniThinkerForConditionalGeneration


class Qwen2Audio(QwenListener):
    """Qwen2-Audio, which hears half a minute."""

    name = "Qwen2-Audio"
    longest_s = 30.0
    model_type = "qwen2_audio"
    way_out = "`audiosvc models pull qwen2-audio` brings the right files."
    turn = "Audio 1: <|audio_bos|>{sound}<|audio_eos|>\n{question}"

    def _kind(self) -> Any:
        from transformers import Qwen2AudioForConditionalGeneration

        return Qwen2AudioForConditionalGeneration
