"""A recording from its upload to a file with corrections in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="there is no browser to drive: make test-e2e")
from playwright.sync_api import Page, expect

from tests.e2e.conftest import MEETING

DONE_MS = 180_000
Shoot = Callable[[str], None]


def transcribed(page: Page, recording: Path = MEETING) -> None:
    page.set_input_files("input[type=file]", recording)
    expect(page.locator(".row").first).to_be_visible(timeout=DONE_MS)
    expect(page.get_by_role("button", name="Save as a file")).to_be_visible(timeout=DONE_MS)


def voices(page: Page) -> list[str]:
    return [field.input_value() for field in page.locator(".voices input").all()]


def saved(page: Page, format_name: str) -> str:
    page.select_option("#format", format_name)
    with page.expect_download() as download:
        page.click("text=Save as a file")
    return Path(download.value.path()).read_text()


@pytest.mark.model
def test_a_recording_is_sent_watched_corrected_and_saved(page: Page, shoot: Shoot) -> None:
    page.set_input_files("input[type=file]", MEETING)
    # The page shows how far it is, and text as it comes.
    expect(page.get_by_role("status").first).to_be_visible()
    page.reload()  # in the middle of it
    expect(page.locator(".row").first).to_be_visible(timeout=DONE_MS)
    expect(page.get_by_role("button", name="Save as a file")).to_be_visible(timeout=DONE_MS)
    shoot("transcript")
    before = voices(page)
    assert len(before) == 4

    # A voice gets a name that looks like markup, and stays text.
    name = "<img src=x onerror=alert(1)> Ann"
    page.fill(f"[aria-label='Name of the voice {before[0]}']", name)
    page.keyboard.press("Enter")
    expect(page.locator(".who bdi").first).to_have_text(name)
    assert page.locator("img").count() == 0

    # Two voices are one.
    page.locator(".voices li").nth(2).locator("select").select_option(index=1)
    expect(page.locator(".voices input")).to_have_count(3)

    # A text is corrected, with the keyboard alone.
    row = page.locator(".row").first
    row.get_by_role("button", name="Correct").focus()
    page.keyboard.press("Enter")
    box = row.locator("textarea")
    expect(box).to_be_focused()
    box.fill("Corrected words, every one.")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("Corrected words, every one.")
    shoot("corrected")

    # All of it is in the file, and there after a reload.
    document = json.loads(saved(page, "json"))
    assert document["segments"][0]["text"] == "Corrected words, every one."
    assert document["segments"][0]["speaker"] == name
    assert len({segment["speaker"] for segment in document["segments"]}) == 3
    assert name in saved(page, "md").replace("\\", "").replace("&lt;", "<").replace("&gt;", ">")
    assert "Corrected words," in saved(page, "srt")
    page.reload()
    expect(page.locator(".row").first).to_contain_text("Corrected words, every one.")
    expect(page.locator(".voices input")).to_have_count(3)

    # A change is taken back.
    page.locator(".row").first.get_by_role("button", name="Correct").click()
    page.locator("textarea").fill("Something else.")
    page.keyboard.press("Enter")
    page.click("text=Undo")
    expect(page.locator(".row").first).to_contain_text("Corrected words, every one.")

    # Words are found.
    page.fill("#find", "CORRECTED")
    expect(page.locator(".is-hit").first).to_have_text("Corrected")
    expect(page.locator(".find [role=status]")).to_have_text("1 of 1")

    # And heard.
    page.locator(".word", has_text="words").first.click()
    expect(page.locator(".word.is-spoken").first).to_be_visible()

    # Deleted is deleted.
    page.click("text=All recordings")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete meeting.flac").click()
    expect(page.locator(".jobs li")).to_have_count(0)


@pytest.mark.model
def test_a_lost_connection_is_waited_out(page: Page, shoot: Shoot) -> None:
    sent: list[str] = []

    def break_off(route: Any) -> None:
        sent.append(route.request.method)
        if len(sent) in {2, 3}:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/v1/uploads/*", break_off)
    page.route("**/events", lambda route: route.abort() if len(sent) < 5 else route.continue_())
    transcribed(page)
    assert {"HEAD", "PATCH"} <= set(sent)
    assert len(sent) >= 4


@pytest.mark.model
def test_an_upload_that_a_closed_page_left_goes_on(page: Page, url: str) -> None:
    page.route("**/v1/uploads/*", lambda route: route.abort())
    page.set_input_files("input[type=file]", MEETING)
    expect(page.locator("text=The connection is lost").first).to_be_visible()
    job = page.url
    page.unroute("**/v1/uploads/*")
    page.goto("about:blank")
    page.goto(job)
    expect(page.get_by_role("button", name="Save as a file")).to_be_visible(timeout=DONE_MS)


def test_what_is_no_recording_is_told_in_a_sentence(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "<b>letter.txt"
    path.write_text("Dear Ann,")
    page.set_input_files("input[type=file]", path)
    alert = page.get_by_role("alert").first
    expect(alert).to_be_visible(timeout=30_000)
    expect(page.locator("h2 bdi")).to_have_text("<b>letter.txt")
    assert "Traceback" not in alert.inner_text()


def test_a_key_is_asked_for_when_the_server_wants_one(page: Page, url: str) -> None:
    refusal = {"status": 401, "detail": "This server wants a key.", "reason": "KEY_REFUSED"}

    def guard(route: Any) -> None:
        if route.request.headers.get("authorization") == "Bearer asvc_right":
            route.continue_()
        else:
            kind = "application/problem+json"
            route.fulfill(status=401, content_type=kind, body=json.dumps(refusal))

    page.route("**/v1/**", guard)
    page.reload()
    page.fill("#key", "asvc_right")
    page.click("text=Use this key")
    expect(page.locator("#key")).to_have_count(0)
    expect(page.locator("text=This server wants a key")).to_have_count(0)
