"""The object that ``POST /v1/locate`` answers with, for the description of the route.

What makes it is ``audiosvc.export.geo_json``, for the command line as well.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from audiosvc.estimates import Category, Status


class CandidateModel(BaseModel):
    """A place that the recording may be from."""

    name: str
    admin: str | None = Field(description="The first-level division.")
    country: str | None = Field(description="ISO 3166 alpha-2; null at sea.")
    country_name: str | None
    continent: str | None
    lat: float | None
    lon: float | None
    probability: float | None


class StretchModel(BaseModel):
    """A stretch of the recording."""

    start_s: float
    end_s: float


class EvidenceModel(BaseModel):
    """One reason to believe in some places more than in others."""

    source: str
    category: Category
    claim: str
    bits: float | None = Field(description="By how much it narrowed the map.")
    start_s: float | None
    end_s: float | None
    spans: list[StretchModel]


class CellModel(BaseModel):
    """A cell of the map."""

    h3: str = Field(description="Its index.")
    probability: float | None
    rings: list[list[list[float]]] = Field(
        description="Its corners as longitude and latitude; cut at 180 degrees there are two."
    )


class GeoNoticeModel(BaseModel):
    """Something that a reader of the answer has to know."""

    code: str
    message: str


EXAMPLE: dict[str, Any] = {
    "file": "street.flac",
    "status": "LOCATED",
    "lat": 55.7,
    "lon": 13.2,
    "radius_km": 100.0,
    "radius_90_km": 400.0,
    "localizability": 0.75,
    "candidates": [
        {
            "name": "Lund",
            "admin": "Skåne",
            "country": "SE",
            "country_name": "Sweden",
            "continent": "Europe",
            "lat": 55.7,
            "lon": 13.2,
            "probability": 0.5,
        }
    ],
    "evidence": [
        {
            "source": "language",
            "category": "human_sounds",
            "claim": "Swedish is spoken",
            "bits": 4.5,
            "start_s": 0.5,
            "end_s": 2.0,
            "spans": [{"start_s": 0.5, "end_s": 2.0}],
        }
    ],
    "reasoning": ["Swedish is spoken."],
    "summary": "Most likely from Lund, Sweden.",
    "notices": [],
    "listened_s": 3.0,
    "version": "0.1.0",
}


class LocateAnswer(BaseModel):
    """Where a recording was made, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    file: str
    status: Status
    lat: float | None = Field(description="Null where no guess is given.")
    lon: float | None
    radius_km: float | None = Field(description="Around it, that holds half of the probability.")
    radius_90_km: float | None
    localizability: float | None = Field(
        description="About the probability that the truth lies within 1,000 km."
    )
    candidates: list[CandidateModel]
    evidence: list[EvidenceModel]
    reasoning: list[str]
    summary: str
    notices: list[GeoNoticeModel]
    listened_s: float | None
    version: str
    heat: list[CellModel] | None = Field(
        default=None, description="With `cells`: those that hold nine tenths, 500 at most."
    )
