# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hold the beliefs against the cloud of the environment: `make live`. docs/beliefs.md says how."""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
import sys
import typing as t
from pathlib import Path

from ansible_collections.huaweicloud.ims.plugins.module_utils._argspec import auth_spec
from ansible_collections.huaweicloud.ims.plugins.module_utils._clouds import CLOUDS, site_of
from ansible_collections.huaweicloud.ims.plugins.module_utils._connect import VERSION
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.clock import Clock, SystemClock
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import ImsError
from ansible_collections.huaweicloud.ims.plugins.module_utils._options import resolve
from ansible_collections.huaweicloud.ims.tests.live.beliefs import Belief, load
from ansible_collections.huaweicloud.ims.tests.live.cloud import Cloud
from ansible_collections.huaweicloud.ims.tests.live.read_checks import READ_CHECKS
from ansible_collections.huaweicloud.ims.tests.live.recordings import Recorder
from ansible_collections.huaweicloud.ims.tests.live.trial import COSTS, Trial, new_name
from ansible_collections.huaweicloud.ims.tests.live.verdicts import NotTold, WrongBelief
from ansible_collections.huaweicloud.ims.tests.live.write_checks import WRITE_CHECKS

Environ = t.Mapping[str, str]
HELD, WRONG, OPEN = "held", "WRONG", "open"
_PAUSE = 5.0


@dataclasses.dataclass(frozen=True)
class Finding:
    """What became of a belief: ``held``, ``WRONG`` or ``open``, with what was seen, or why it stays open."""

    belief: Belief
    outcome: str
    seen: str = ""


class RefusedError(Exception):
    """Nothing was done, and the text says why."""


def hold(
    beliefs: t.Mapping[str, Belief], cloud: Cloud, trial: Trial | None, note: t.Callable[[Finding], None]
) -> list[Finding]:
    """Return what became of each belief. ``trial`` is None where only reading is allowed."""
    findings: dict[str, Finding] = {}
    has_run = False
    for belief in beliefs.values():
        if belief.check == "write" and trial is not None and not has_run:
            trial.run()
            has_run = True
        outcome, seen = _outcome(belief, findings, cloud, trial)
        findings[belief.id] = Finding(belief, outcome, seen)
        note(findings[belief.id])
    return list(findings.values())


def _outcome(belief: Belief, findings: t.Mapping[str, Finding], cloud: Cloud, trial: Trial | None) -> tuple[str, str]:
    if belief.check == "none":
        return OPEN, belief.why_not
    lacking = [name for name in belief.depends_on if findings[name].outcome is not HELD]
    if lacking:
        return OPEN, f"it depends on {', '.join(lacking)}"
    if belief.check == "read":
        return _judged(lambda: READ_CHECKS[belief.id](cloud))
    if trial is None:
        return OPEN, "it needs IMS_LIVE_WRITE=1, IMS_LIVE_IMAGE and IMS_LIVE_BUCKET"
    return _judged(lambda: WRITE_CHECKS[belief.id](trial))


def _judged(check: t.Callable[[], None]) -> tuple[str, str]:
    try:
        check()
    except WrongBelief as exc:
        return WRONG, str(exc)
    except NotTold as exc:
        return OPEN, str(exc)
    except ImsError as exc:
        return OPEN, f"it could not be asked ({type(exc).__name__})"
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        # An answer without what the check reads first: the cloud is another one than anybody thought.
        return WRONG, f"the answer has another form ({type(exc).__name__})"
    return HELD, ""


def options_of(environ: Environ) -> t.Any:
    """Return what the collection makes of the environment. Raises OptionError."""
    options = auth_spec(environ).options
    params = {name: option.get("default") for name, option in options.items()}
    insecure = [environ.get(name, "").lower() for name in ("HW_INSECURE", "OS_INSECURE")]
    params["validate_certs"] = next(filter(None, insecure), "") not in ("1", "true", "yes", "on")
    return resolve(params, environ)


def trial_of(environ: Environ, cloud: Cloud, ask: t.Callable[[str], str] | None, pause: float) -> Trial | None:
    """Return the trial that the person has asked for, and has confirmed. Raises RefusedError."""
    if environ.get("IMS_LIVE_WRITE") != "1":
        return None
    image, bucket = environ.get("IMS_LIVE_IMAGE", ""), environ.get("IMS_LIVE_BUCKET", "")
    if not image or not bucket:
        raise RefusedError("IMS_LIVE_WRITE=1 needs IMS_LIVE_IMAGE, the id of an image, and IMS_LIVE_BUCKET.")
    name = new_name()
    print(COSTS.format(image=image, bucket=bucket, name=name))
    if environ.get("IMS_LIVE_YES") != "1":
        if ask is None:
            raise RefusedError("There is no terminal to ask on: set IMS_LIVE_YES=1 to agree.")
        if ask("Go on? (yes/no) ").strip().lower() != "yes":
            raise RefusedError("Nothing was done.")
    return Trial(cloud, image, bucket, name, pause)


def report_of(findings: t.Sequence[Finding], cloud: str, month: str) -> dict[str, t.Any]:
    """Return what may be sent in: nothing in it tells whose account it was."""
    found = [{"id": each.belief.id, "outcome": each.outcome, "seen": each.seen} for each in findings]
    return {"format": 1, "version": VERSION, "cloud": cloud, "month": month, "beliefs": found}


def cloud_name(endpoint: str) -> str:
    """Return the domain of a cloud that is known, and no other host's name."""
    site = site_of(endpoint)
    return site.domain if site is not None and site.domain in {cloud.domain for cloud in CLOUDS} else "another"


def run(
    environ: Environ,
    folder: Path,
    *,
    ask: t.Callable[[str], str] | None = None,
    clock: Clock | None = None,
    pause: float = _PAUSE,
) -> list[Finding]:
    """Check, print, and write report.json and recordings.json into a folder. Raises ImsError, RefusedError."""
    recorder, clock = Recorder(), clock or SystemClock()
    options = options_of(environ)
    cloud = Cloud(options, environ, clock, recorder)
    if not cloud.project_id:
        raise RefusedError("The project's id cannot be had: set HW_PROJECT_ID.")
    trial = trial_of(environ, cloud, ask, pause)
    findings = hold(load(), cloud, trial, show)
    name, month = cloud_name(options.endpoint), clock.utc().strftime("%Y-%m")
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in (
        ("report.json", report_of(findings, name, month)),
        ("recordings.json", recorder.to_json(source="live", cloud=name, month=month)),
    ):
        (folder / file).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return findings


def show(finding: Finding) -> None:
    seen = f": {finding.seen}" if finding.seen else ""
    print(f"{finding.outcome:6}{finding.belief.id}{seen}", flush=True)


def main() -> int:
    folder = Path(os.environ.get("IMS_LIVE_REPORT") or f".venv/live/{datetime.date.today().isoformat()}")
    try:
        findings = run(os.environ, folder, ask=input if sys.stdin.isatty() else None)
    except (ImsError, RefusedError) as exc:
        print(exc, file=sys.stderr)
        return 2
    wrong = [finding for finding in findings if finding.outcome is WRONG]
    held = sum(finding.outcome is HELD for finding in findings)
    print(f"\n{held} held, {len(wrong)} wrong, {len(findings) - held - len(wrong)} open.")
    for finding in wrong:
        print(f"  {finding.belief.id}: {finding.belief.believed} Seen: {finding.seen}.")
        print(f"    This depends on it: {', '.join(finding.belief.code)}")
    print(f"\nIn {folder}: report.json and recordings.json, without ids, names, tokens and hosts of yours.")
    print("Look through them, and send them in.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
