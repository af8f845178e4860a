"""Parts of files, what files are, and what they are called."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.server.http.jobs.ranges import NoSuchRangeError, media_type, range_of
from audiosvc.server.http.replies import attachment


@given(st.text(max_size=20), st.integers(0, 100))
def test_whatever_is_asked_for_lies_inside_or_is_refused(asked: str, size: int) -> None:
    for text in (asked, f"bytes={asked}"):
        try:
            found = range_of(text, size)
        except NoSuchRangeError:
            continue
        assert found is None or 0 <= found[0] < found[1] <= size


@given(st.integers(0, 120), st.integers(0, 120), st.integers(1, 100))
def test_a_range_is_what_it_says(first: int, last: int, size: int) -> None:
    inside = list(range(size))[first : last + 1]
    if last < first:
        assert range_of(f"bytes={first}-{last}", size) is None
    elif not inside:
        with pytest.raises(NoSuchRangeError):
            range_of(f"bytes={first}-{last}", size)
    else:
        assert range_of(f"bytes={first}-{last}", size) == (inside[0], inside[-1] + 1)


@pytest.mark.parametrize(
    ("beginning", "kind"),
    [
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"\xff\xfb\x90\0", "audio/mpeg"),
        (b"\xff\xf1\x50\x80", "audio/aac"),
        (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        (b"<html><script>", "application/octet-stream"),
        (b"\xff\xd8\xff\xe0", "application/octet-stream"),
        (b"\xff", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_a_recording_is_known_by_its_beginning(beginning: bytes, kind: str) -> None:
    assert media_type(beginning) == kind


@given(st.text(max_size=300))
def test_a_name_never_breaks_out_of_its_header(name: str) -> None:
    header = attachment(name)
    found = re.fullmatch(
        r"attachment; filename=\"([^\"\\/]+)\"(?:; filename\*=UTF-8''([\w.~%-]+))?",
        header,
        re.ASCII,
    )
    assert found
    assert header.isascii()
    assert header.isprintable()
    shown = unquote(found[2]) if found[2] else found[1]
    assert shown.isprintable()
    assert not shown.startswith(".")
    assert "/" not in shown
    assert "\\" not in shown
