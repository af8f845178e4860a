"""The microphone: text while somebody speaks, and the recording afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytest.importorskip("playwright.sync_api", reason="there is no browser to drive: make test-e2e")
from playwright.sync_api import Page, expect


@pytest.mark.model
def test_what_is_said_is_shown_and_kept(page: Page, shoot: Callable[[str], None]) -> None:
    page.click("text=Speak into the microphone")
    expect(page.locator(".live-text p").first).to_be_visible(timeout=60_000)
    page.wait_for_timeout(12_000)
    page.locator(".live").get_by_role("button", name="Stop").click()
    expect(page.locator(".live [role=status]")).to_have_text("Recorded", timeout=60_000)
    shoot("live")
    said = page.locator(".live-text").inner_text()
    assert "welcome" in said.lower()
    page.click("text=Transcribe it as a whole")
    expect(page.get_by_role("button", name="Save as a file")).to_be_visible(timeout=120_000)
    expect(page.locator(".transcript")).to_contain_text("welcome")


def test_without_a_microphone_a_sentence_says_so(page: Page) -> None:
    page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('no')); }"
    )
    page.click("text=Speak into the microphone")
    expect(page.get_by_role("alert")).to_contain_text("The microphone cannot be used")


@pytest.mark.model
def test_a_connection_that_is_lost_loses_no_recording(page: Page) -> None:
    page.route_web_socket("**/v1/stream", lambda socket: socket.close())
    page.click("text=Speak into the microphone")
    expect(page.get_by_role("alert")).to_contain_text("What was recorded so far is kept")
    page.wait_for_timeout(3_000)
    page.locator(".live").get_by_role("button", name="Stop").click()
    with page.expect_download() as download:
        page.click("text=Save the recording")
    assert download.value.suggested_filename.endswith(".wav")
    assert len(download.value.path().read_bytes()) > 2 * 2 * 16_000


@pytest.mark.model
def test_a_recording_that_nobody_saved_is_there_again(page: Page) -> None:
    page.click("text=Speak into the microphone")
    expect(page.locator(".live meter")).to_be_visible()
    page.wait_for_timeout(1_500)
    page.click("text=Put the microphone away")
    page.click("text=Speak into the microphone")
    expect(page.locator(".live [role=status]")).to_have_text("Recorded")
    with page.expect_download() as download:
        page.click("text=Save the recording")
    assert len(download.value.path().read_bytes()) > 2 * 16_000
    page.click("text=Put the microphone away")
    page.click("text=Speak into the microphone")
    expect(page.locator(".live [role=status]")).to_have_text("Recording")
