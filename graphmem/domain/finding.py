"""What a look at a database finds: whether something is as it should be, and what to do if not."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

Verdict: TypeAlias = Literal["pass", "warn", "fail"]


class Finding(BaseModel):
    """One thing that was looked at. `told` is what was found, `advice` what to do; empty where all is well."""

    model_config = ConfigDict(frozen=True)

    name: str
    verdict: Verdict
    told: str
    advice: str = ""


def passed(name: str, told: str) -> Finding:
    """Something is as it should be."""
    return Finding(name=name, verdict="pass", told=told)


def judged(name: str, told: str, bad: bool, verdict: Verdict, advice: str) -> Finding:
    """Something is as it should be, unless it is `bad`."""
    return Finding(name=name, verdict=verdict, told=told, advice=advice) if bad else passed(name, told)
