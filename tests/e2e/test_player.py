"""The player by mouse and by keys."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api", reason="there is no browser to drive: make test-e2e")
from playwright.sync_api import Page, expect

from tests.e2e.conftest import MEETING

NOW = "() => document.querySelector('audio').currentTime"


@pytest.mark.model
def test_one_slider_seeks_by_key_by_click_and_by_drag(page: Page) -> None:
    page.set_input_files("input[type=file]", str(MEETING))
    slider = page.get_by_role("slider", name="Position in the recording")
    expect(slider).to_be_visible(timeout=120_000)
    expect(page.locator(".waveform > div")).to_have_count(1)
    slider.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "5 seconds")
    slider.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    slider.press("Space")
    expect(page.get_by_role("button", name="Play")).to_be_visible()

    page.evaluate("() => window.scrollTo(0, 0)")
    box = slider.bounding_box()
    assert box is not None
    length_s = page.evaluate("() => document.querySelector('audio').duration")
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 20)
    page.mouse.down()
    assert page.evaluate(NOW) == pytest.approx(length_s / 4, abs=1)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 300)
    page.mouse.up()
    assert page.evaluate(NOW) == pytest.approx(length_s / 2, abs=1)
    page.mouse.move(box["x"], box["y"] + 20)
    assert page.evaluate(NOW) == pytest.approx(length_s / 2, abs=1)

    page.get_by_label("Volume").fill("0.4")
    assert page.evaluate("() => document.querySelector('audio').volume") == 0.4
