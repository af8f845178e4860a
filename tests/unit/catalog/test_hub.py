"""Models from the hub: fetched on request alone, checked, and refused in one sentence."""

from __future__ import annotations

import errno
import functools
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import huggingface_hub
import pytest

from audiosvc.catalog import Catalog
from audiosvc.errors import (
    AudiosvcError,
    ModelCorrupt,
    ModelMissing,
    ModelUnknown,
    OutputError,
)
from tests.unit.catalog.fakes import WHISPER_FILES, FakeHub

COMMIT = "c" * 40


class Refusing(BaseHTTPRequestHandler):
    """A hub that answers every question with one refusal."""

    code = "RepoNotFound"

    def do_GET(self) -> None:
        self.send_response(404 if self.code != "GatedRepo" else 403)
        self.send_header("X-Error-Code", self.code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, *arguments: object) -> None:
        """Nothing: the test's output is for failures."""


@pytest.fixture
def refusing(hub: FakeHub) -> Iterator[object]:
    """The real client, talking to a hub on this machine that has nothing to give."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield functools.partial(
            huggingface_hub.snapshot_download, endpoint=f"http://127.0.0.1:{server.server_port}"
        )
        server.shutdown()
        thread.join()


def test_a_model_is_used_only_once_it_was_pulled(catalog: Catalog, hub: FakeHub) -> None:
    assert catalog.state("hub") == "missing"
    with pytest.raises(ModelMissing, match="audiosvc models pull hub"):
        catalog.path("hub")
    (folder,) = catalog.pull("hub", hub)
    assert hub.calls[0]["repository"] == "org/hubbed"
    assert catalog.path("hubbed") == folder
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == WHISPER_FILES
    assert catalog.state("hub") == "verified"


def test_only_harmless_files_are_asked_for(catalog: Catalog, hub: FakeHub) -> None:
    catalog.pull("hub", hub)
    assert hub.calls[0]["patterns"] == [
        "config.json",
        "preprocessor_config.json",
        "model.bin",
        "tokenizer.json",
        "vocabulary.*",
    ]


def test_any_repository_will_do_and_is_checked_by_the_hub_s_own_digests(
    catalog: Catalog, hub: FakeHub
) -> None:
    (folder,) = catalog.pull("Some-One/whisper.custom", hub)
    assert folder == catalog.path("Some-One/whisper.custom")
    checks = catalog.verify("Some-One/whisper.custom")
    assert {check.path.name for check in checks} == {*WHISPER_FILES}
    assert all(check.correct for check in checks)
    (folder / "tokenizer.json").resolve().write_bytes(b"{ }")
    with pytest.raises(ModelCorrupt, match=r"tokenizer\.json.*models pull Some-One/whisper.custom"):
        catalog.path("Some-One/whisper.custom")


def test_what_was_damaged_is_fetched_again(catalog: Catalog, hub: FakeHub) -> None:
    (folder,) = catalog.pull("hub", hub)
    (folder / "model.bin").resolve().write_bytes(b"damaged")
    with pytest.raises(ModelCorrupt, match="audiosvc models pull hub"):
        catalog.path("hub")
    assert catalog.pull("hub", hub) == (folder,)
    assert (folder / "model.bin").read_bytes() == WHISPER_FILES["model.bin"]
    assert len(hub.calls) == 3


def test_other_weights_than_the_card_s_are_refused(catalog: Catalog, hub: FakeHub) -> None:
    hub.files["model.bin"] = b"what somebody put there instead"
    with pytest.raises(ModelCorrupt, match=r"model\.bin"):
        catalog.pull("hub", hub)
    with pytest.raises(ModelCorrupt, match=r"model\.bin"):
        catalog.path("hub")


@pytest.mark.parametrize("lacking", ["model.bin", "tokenizer.json", "vocabulary.txt"])
def test_a_repository_without_a_whisper_is_refused(
    catalog: Catalog, hub: FakeHub, lacking: str
) -> None:
    del hub.files[lacking]
    with pytest.raises(ModelCorrupt, match="not a Whisper for CTranslate2: it has no"):
        catalog.pull("org/other", hub)
    with pytest.raises(ModelMissing):
        catalog.path("org/other")


def test_a_repository_without_a_configuration_is_refused(catalog: Catalog, hub: FakeHub) -> None:
    del hub.files["config.json"]
    with pytest.raises(ModelCorrupt, match=r"no config\.json and no config\.yaml.*model\.bin"):
        catalog.pull("org/other", hub)
    with pytest.raises(ModelMissing, match="audiosvc models pull org/other"):
        catalog.path("org/other")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("RepoNotFound", (ModelUnknown, "no repository org/hubbed")),
        ("RevisionNotFound", (ModelUnknown, "no repository org/hubbed")),
        ("GatedRepo", (ModelMissing, "accepted its terms")),
    ],
)
def test_a_refusal_is_told_in_a_sentence(
    catalog: Catalog,
    refusing: object,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    expected: tuple[type[AudiosvcError], str],
) -> None:
    monkeypatch.setattr(Refusing, "code", code)
    with pytest.raises(expected[0], match=expected[1]) as caught:
        catalog.pull("hub", refusing)
    assert "\n" not in str(caught.value)


def test_the_real_client_without_a_network(
    catalog: Catalog, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(
        ModelMissing, match=r"org/hubbed could not be fetched: HF_HUB_OFFLINE"
    ) as it:
        catalog.pull("hub")
    assert "\n" not in str(it.value)


def test_a_connection_that_breaks(catalog: Catalog, hub: FakeHub) -> None:
    def broken(*_: object, **__: object) -> str:
        raise ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")

    with pytest.raises(ModelMissing, match=r"cannot be reached \(.*Connection reset by peer\)"):
        catalog.pull("hub", broken)


def test_a_full_disk(catalog: Catalog, hub: FakeHub) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OutputError, match=r"org/hubbed cannot be stored: No space left on device"):
        catalog.pull("hub", full)


def test_a_folder_is_used_where_it_is(catalog: Catalog, tmp_path: Path) -> None:
    folder = tmp_path / "my whisper"
    folder.mkdir()
    with pytest.raises(ModelUnknown, match=r"my whisper holds no model: there is no model\.bin"):
        catalog.path(str(folder))
    (folder / "config.json").write_bytes(WHISPER_FILES["config.json"])
    with pytest.raises(ModelMissing, match=r"my whisper holds no Whisper.*model\.bin"):
        catalog.path(str(folder))
    assert catalog.state(str(folder)) == "missing"
    for name, data in WHISPER_FILES.items():
        (folder / name).write_bytes(data)
    assert catalog.path(str(folder)) == folder
    assert catalog.state(str(folder)) == "there"
    assert [check.correct for check in catalog.verify(str(folder))] == [None] * 4
