"""Figures with what is asked of them, as a table, as Markdown and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. value: None where nothing was there to measure. most: what it may be at most,
    None where nothing is asked. count: how many values it is made of. note: what a reader has to
    know beside it.
    """

    name: str
    value: float | None
    unit: str = ""
    most: float | None = None
    count: int | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether it is as asked; None where nothing is asked. What was not measured is not."""
        if self.most is None:
            return None
        return self.value is not None and self.value <= self.most + 1e-9


@dataclass(frozen=True, slots=True)
class Result:
    """What one scenario found. conditions: under which, in words."""

    scenario: str
    conditions: str
    figures: tuple[Figure, ...]


HEADER = ("figure", "measured", "asked", "n", "note")


def rows(result: Result) -> list[tuple[str, ...]]:
    """The cells of each figure, in the order of the header."""
    return [
        (
            figure.name,
            "not measured" if figure.value is None else _number(figure.value, figure.unit),
            _asked(figure),
            "" if figure.count is None else str(figure.count),
            figure.note,
        )
        for figure in result.figures
    ]


def as_table(result: Result) -> str:
    """For a terminal."""
    lines = [HEADER, *rows(result)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADER))]
    text = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    return "\n".join([f"{result.scenario}: {result.conditions}", "", *text, ""])


def as_markdown(result: Result) -> str:
    """For a document."""
    lines = [
        f"### {result.scenario}\n\n{result.conditions}\n",
        "| " + " | ".join(HEADER) + " |",
        "| --- | ---: | ---: | ---: | --- |",
        *("| " + " | ".join(row) + " |" for row in rows(result)),
    ]
    return "\n".join([*lines, ""])


def as_document(results: Sequence[Result]) -> list[dict[str, object]]:
    """For programs."""
    return [
        {
            "scenario": result.scenario,
            "conditions": result.conditions,
            "figures": [asdict(figure) | {"met": figure.met} for figure in result.figures],
        }
        for result in results
    ]


def _asked(figure: Figure) -> str:
    if figure.most is None:
        return ""
    verdict = "met" if figure.met else "MISSED"
    return f"≤ {_number(figure.most, figure.unit)} {verdict}"


def _number(value: float, unit: str) -> str:
    if unit == "%":
        return f"{100 * value:.1f} %"
    digits = 0 if float(value).is_integer() and unit in ("", "words") else 2
    return f"{value:,.{digits}f} {unit}".rstrip()
