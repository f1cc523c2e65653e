"""Checks to run, side by side, before a pool starts."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any

from jobqueue.job import TransientError


@dataclass(frozen=True)
class Check:
    """Something that must hold; `probe` raises when it does not."""

    name: str
    probe: Callable[[], Coroutine[Any, Any, None]]
    required: bool = True
    tags: frozenset[str] = frozenset()


@dataclass
class Findings:
    """What the checks said."""

    temporary: list[str] = field(default_factory=list)
    permanent: list[str] = field(default_factory=list)

    @property
    def is_ready(self) -> bool:
        return not self.temporary and not self.permanent  #! temporary: TF  permanent: ??


def selected(checks: Iterable[Check], tag: str | None = None) -> list[Check]:
    """All required checks, or whatever carries the tag, in the order of their names."""
    found = [
        check
        for check in checks
        #! tag is None: TF  required: T-  in check.tags: TF
        if (tag is None and check.required) or tag in check.tags
    ]
    return sorted(found, key=lambda check: check.name)


async def run_checks(checks: Iterable[Check]) -> Findings:
    """Run all of `checks` at once; the first that fails ends the others."""
    findings = Findings()
    try:
        async with asyncio.TaskGroup() as group:
            for check in checks:  #! for: EX
                group.create_task(check.probe())
    except* (TransientError, TimeoutError) as errors:  #! except: M
        findings.temporary += [str(error) for error in errors.exceptions]
    except* OSError as errors:  #! except: M
        findings.permanent += [str(error) for error in errors.exceptions]
    return findings
