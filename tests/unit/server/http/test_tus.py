"""The headers of the tus protocol."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.errors import OptionError
from audiosvc.server.http.uploads import tus

KEYS = st.text("abcdefghijklmnop_-", min_size=1, max_size=8)


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@given(st.dictionaries(KEYS, st.text(st.characters(blacklist_categories=["Cs"]), max_size=20)))
def test_metadata_comes_out_as_it_went_in(given_: dict[str, str]) -> None:
    header = ",".join(f"{key} {coded(value)}".strip() for key, value in given_.items())
    assert tus.metadata(header) == given_
    assert tus.metadata(header.replace(",", ", ")) == given_


@given(st.text(max_size=40))
def test_whatever_else_comes_is_refused_or_read(text: str) -> None:
    for read in (tus.metadata, tus.checksum):
        try:
            read(text)
        except OptionError as error:
            assert error.field


def test_a_key_may_stand_alone_but_not_come_twice() -> None:
    assert tus.metadata("") == {}
    assert tus.metadata("is_confidential,filename YQ==") == {"is_confidential": "", "filename": "a"}
    for wrong in ("a YQ==,a YQ==", ",", "a YQ==,", "a \u00e9", "a YQ"):
        with pytest.raises(OptionError):
            tus.metadata(wrong)


def test_a_checksum_names_its_algorithm() -> None:
    assert tus.checksum(None) is None
    assert tus.checksum("sha1 YQ==") == tus.Checksum("sha1", b"a")
    for wrong in ("", "sha1", "sha1 ", "sha1 %", "md5 YQ==", "SHA1 YQ=="):
        with pytest.raises(OptionError, match="sha1, sha256"):
            tus.checksum(wrong)


def test_an_upload_expires_when_the_operator_says_so() -> None:
    assert tus.expires(0.0, 0.0) == {}
    assert tus.expires(1.0, 0.0) == {"Upload_Expires": "Thu, 01 Jan 1970 01:00:00 GMT"}
