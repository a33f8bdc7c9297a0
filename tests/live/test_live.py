# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make live` against the simulator: all beliefs hold there, and each is reported that does not."""

from __future__ import annotations

import dataclasses
import datetime
import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.huaweicloud.ims.tests.live import run as live
from ansible_collections.huaweicloud.ims.tests.live.anonymous import Anonymizer, shown_path, shown_word
from ansible_collections.huaweicloud.ims.tests.live.beliefs import Belief, dependents, load
from ansible_collections.huaweicloud.ims.tests.live.read_checks import READ_CHECKS
from ansible_collections.huaweicloud.ims.tests.live.write_checks import WRITE_CHECKS
from ansible_collections.huaweicloud.ims.tests.simulator import Fault, JobScript, Settings, SimulatedClock, Simulator

ROOT = Path(__file__).parents[2]
BELIEFS = load()
IMAGE, BUCKET = "10000000-0000-4000-8000-000000000001", "bucket-of-mine"
WRITE = {"IMS_LIVE_WRITE": "1", "IMS_LIVE_YES": "1", "IMS_LIVE_IMAGE": IMAGE, "IMS_LIVE_BUCKET": BUCKET}
TURNED = [belief for belief in BELIEFS.values() if belief.turned]
# Of the simulator alone.
NOT_ABOUT_THE_CLOUD = {"job_seconds"}


class Clock:
    """The simulator's clock, which the checks turn by waiting: a slow machine sees the same as a fast one."""

    def __init__(self, sim: Simulator) -> None:
        self._clock = t.cast("SimulatedClock", sim.clock)

    def now(self) -> float:
        return self._clock.now()

    def utc(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self._clock.now(), datetime.timezone.utc)

    def sleep(self, seconds: float) -> None:
        self._clock.advance(seconds)


@pytest.fixture(scope="module")
def one_simulator() -> t.Iterator[Simulator]:
    start = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.timezone.utc)
    with Simulator(clock=SimulatedClock(start.timestamp(), turns_wall=True)) as simulator:
        yield simulator


@pytest.fixture
def sim(one_simulator: Simulator) -> t.Iterator[Simulator]:
    one_simulator.reset()
    yield one_simulator
    assert one_simulator.internal_errors == []


def environment(sim: Simulator) -> dict[str, str]:
    account = sim.account
    login = {"HW_USER_NAME": account.username, "HW_USER_PASSWORD": account.password}
    return {**account.environment(sim.url), **login, "HW_DOMAIN_NAME": account.domain_name, "HOME": "/nowhere"}


def held(sim: Simulator, folder: Path, **more: str) -> dict[str, live.Finding]:
    findings = live.run({**environment(sim), **more}, folder, clock=Clock(sim))
    return {finding.belief.id: finding for finding in findings}


def outcomes(findings: t.Mapping[str, live.Finding], outcome: str) -> set[str]:
    return {name for name, finding in findings.items() if finding.outcome == outcome}


def ids(*checks: str) -> set[str]:
    return {belief.id for belief in BELIEFS.values() if belief.check in checks}


# -- the file ---------------------------------------------------------------------------------------------------------


def test_what_can_be_checked_has_a_check() -> None:
    assert set(READ_CHECKS) == ids("read")
    assert set(WRITE_CHECKS) == ids("write")


@pytest.mark.parametrize("belief", BELIEFS.values(), ids=lambda belief: belief.id)
def test_the_code_that_depends_on_a_belief_is_there(belief: Belief) -> None:
    assert belief.code and belief.source
    assert belief.believed.endswith(".")
    for path in belief.code:
        assert (ROOT / path).is_file(), path


def test_each_setting_of_the_simulator_stands_for_a_belief() -> None:
    fields = {field.name: field.default for field in dataclasses.fields(Settings)}
    assert {belief.setting for belief in TURNED} == set(fields) - NOT_ABOUT_THE_CLOUD
    for belief in TURNED:
        assert belief.setting is not None
        assert belief.turned[belief.setting] != fields[belief.setting], belief.id


def test_a_mistake_in_the_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "beliefs.yml"
    line = "- {id: a, believed: x., source: presumed, code: [README.md], check: "
    for rest, said in (
        ("read, depends_on: [b]}", "stand above"),
        ("none}", "why_not"),
        ("perhaps}", "check is one of"),
        ("read}\n" + line + "read}", "twice"),
    ):
        file.write_text(line + rest)
        with pytest.raises(ValueError, match=said):
            load(file)


# -- against the simulator --------------------------------------------------------------------------------------------


def test_all_that_can_be_checked_holds_and_nothing_is_left_behind(sim: Simulator, tmp_path: Path) -> None:
    before = set(sim.cloud.images)
    findings = held(sim, tmp_path, **WRITE)
    assert outcomes(findings, live.WRONG) == set()
    assert outcomes(findings, live.HELD) == ids("read", "write")
    assert set(sim.cloud.images) == before


def test_without_leave_it_only_reads(sim: Simulator, tmp_path: Path) -> None:
    findings = held(sim, tmp_path)
    assert outcomes(findings, live.HELD) == ids("read")
    assert {f"{entry.method} {entry.path}" for entry in sim.requests if entry.method != "GET"} == {
        "POST /v3/auth/tokens"
    }
    assert findings["copy-starts-a-job"].seen.startswith("it needs IMS_LIVE_WRITE=1")


@pytest.mark.parametrize("belief", [one for one in TURNED if one.check != "none"], ids=lambda belief: belief.id)
def test_a_cloud_that_works_the_other_way_is_reported_with_all_that_depends_on_it(
    sim: Simulator, tmp_path: Path, belief: Belief
) -> None:
    turned = {name: tuple(value) if isinstance(value, list) else value for name, value in belief.turned.items()}
    sim.configure(**turned)
    findings = held(sim, tmp_path, **(WRITE if belief.check == "write" else {}))
    wrong = {belief.id}
    assert outcomes(findings, live.WRONG) == wrong
    tried = ids("read", "write") if belief.check == "write" else ids("read")
    assert tried - outcomes(findings, live.HELD) == wrong | (dependents(BELIEFS, wrong) & tried)
    assert all(findings[name].seen for name in wrong)


@pytest.mark.parametrize("style", ["next", "none"])
def test_each_other_style_of_pages_is_seen(sim: Simulator, tmp_path: Path, style: str) -> None:
    sim.configure(page_style=style)
    finding = held(sim, tmp_path)["next-page-in-page-info"]
    assert (finding.outcome, "there is a next" in finding.seen) == (live.WRONG, style == "next")


def test_an_answer_of_a_form_that_nobody_thought_of_is_a_wrong_belief(sim: Simulator, tmp_path: Path) -> None:
    sim.faults.add(Fault("content", path="/v2/cloudimages$", status=200, content='{"pictures": []}'))
    findings = held(sim, tmp_path)
    assert findings["list-fits-schema"].seen == "$.images: missing"
    assert findings["unknown-image-not-listed"].outcome is live.WRONG


def test_a_job_that_fails_leaves_the_rest_open_and_nothing_behind(sim: Simulator, tmp_path: Path) -> None:
    before = set(sim.cloud.images)
    sim.cloud.set_script(JobScript(duration=30, outcome="FAIL"))
    findings = held(sim, tmp_path, **WRITE)
    assert outcomes(findings, live.WRONG) == set()
    assert "copy-is-in-entities" in outcomes(findings, "open")
    assert set(sim.cloud.images) == before


def test_a_cloud_that_stumbles_is_asked_again(sim: Simulator, tmp_path: Path) -> None:
    sim.cloud.set_script(JobScript(duration=60, init_seconds=0))
    sim.faults.add(Fault("status", path="/jobs?/", status=503, skip=6, count=4))
    sim.faults.add(Fault("reset", path="/jobs?/", skip=8, count=4))
    assert outcomes(held(sim, tmp_path, **WRITE), live.WRONG) == set()


@pytest.mark.parametrize(
    "fault",
    [
        Fault("reset_after", method="POST", path="/copy$"),
        Fault(
            "content", method="GET", path="/v2/cloudimages$", status=200, content='{"pictures": []}', skip=9, count=2
        ),
        Fault("status", method="DELETE", status=503, count=1),
        Fault("content", method="PATCH", status=200, content="[]"),
    ],
    ids=["a lost answer", "a strange list", "no deletion", "a strange change"],
)
def test_whatever_goes_wrong_what_was_made_is_deleted_or_named(
    sim: Simulator, tmp_path: Path, fault: Fault, capsys: pytest.CaptureFixture[str]
) -> None:
    before = set(sim.cloud.images)
    sim.faults.add(fault)
    held(sim, tmp_path, **WRITE)
    told = capsys.readouterr().out
    left = set(sim.cloud.images) - before
    assert all(image_id in told or "Look for images whose names begin with ims-live-" in told for image_id in left), (
        told
    )
    assert len(left) <= 1


# -- what may be sent in ----------------------------------------------------------------------------------------------


def test_nothing_that_is_written_tells_whose_account_it_was(sim: Simulator, tmp_path: Path) -> None:
    name = "very-secret-project"
    sim.cloud.change_image(sim.cloud.images[IMAGE], name=name, description=name)
    held(sim, tmp_path, **WRITE)
    texts = "".join(path.read_text() for path in sorted(tmp_path.iterdir()))
    account, url = sim.account, sim.url.partition("//")[2]
    own = [url, IMAGE, BUCKET, name, "ims-live-", account.project_id, account.domain_name, account.domain_id]
    own += [account.access_key, account.secret_key, account.username, account.user_id, account.dev_project_name]
    own += [image.image_id for image in sim.cloud.images.values()]
    assert [one for one in own if one in texts] == []
    written = json.loads((tmp_path / "recordings.json").read_text())
    for answer in written["answers"]:
        assert Anonymizer().body(answer.get("body")) is not None or answer.get("text") or answer["body"] is None
    assert {path.name for path in tmp_path.iterdir()} == {"report.json", "recordings.json"}


def test_what_a_report_says_is_of_the_api_alone(sim: Simulator, tmp_path: Path) -> None:
    row = {"id": "x", "status": "active", "__platform": {"acme-owner": "jane"}, "acme-deep": "x"}
    sim.faults.add(Fault("content", path="/v2/cloudimages$", status=200, content=json.dumps({"images": [row]})))
    assert held(sim, tmp_path)["list-fits-schema"].seen == "$.images[*].__platform: expected a string or null"
    assert shown_path("$.images[*].acme-deep.status") == "$.images[*].key.status"
    assert [shown_word(word) for word in ("PENDING_PAYMENT", "acme-prod 7")] == ["PENDING_PAYMENT", "another word"]


def test_ids_that_were_equal_stay_equal_and_unknown_keys_are_no_names() -> None:
    project, image = "0605768a3300d5762f1cc01aa9b2d6e4", "d164b5df-1bc3-4c3f-893e-3e471fd16e64"
    row = {"id": image, "owner": project, "name": "acme", "acme_cost_center": "42-B", "__os_bit": "64", "min_disk": 40}
    again = {"id": image, "owner": f" {project}", "name": "acme", "created_at": "2024-11-06T06:46:51.929Z"}
    assert Anonymizer().body({"images": [row, again]}) == {
        "images": [
            {
                "id": "00000000-0000-4000-8000-000000000001",
                "owner": f"{1:032x}",
                "name": "text-1",
                "key-1": "text-2",
                "__os_bit": "64",
                "min_disk": 40,
            },
            {
                "id": "00000000-0000-4000-8000-000000000001",
                "owner": f" {1:032x}",
                "name": "text-1",
                "created_at": "2024-11-06T06:46:51.929Z",
            },
        ]
    }


# -- what is asked before ---------------------------------------------------------------------------------------------


def refusal(sim: Simulator, folder: Path, ask: t.Any = None, **more: str) -> str:
    with pytest.raises(live.RefusedError) as caught:
        live.run({**environment(sim), **more}, folder, ask=ask, clock=Clock(sim))
    assert [entry for entry in sim.requests if entry.method != "GET"] == []
    return str(caught.value)


def test_it_writes_only_with_an_image_a_bucket_and_a_yes(
    sim: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unsure = {**WRITE, "IMS_LIVE_YES": ""}
    assert "needs IMS_LIVE_IMAGE" in refusal(sim, tmp_path, **{**WRITE, "IMS_LIVE_BUCKET": ""})
    assert "set IMS_LIVE_YES=1" in refusal(sim, tmp_path, **unsure)
    assert refusal(sim, tmp_path, ask=lambda text: "y", **unsure) == "Nothing was done."
    told = capsys.readouterr().out
    assert IMAGE in told and f"{BUCKET}:ims-live-" in told and "billed" in told
    live.run({**environment(sim), **unsure}, tmp_path, ask=lambda text: "yes", clock=Clock(sim))
    assert [entry for entry in sim.requests if entry.path.endswith("/copy")]


def test_the_command_says_what_held_and_ends_with_1_where_something_did_not(
    sim: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {**environment(sim), "IMS_LIVE_REPORT": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(live, "SystemClock", lambda: Clock(sim))
    assert live.main() == 0
    assert "0 wrong" in capsys.readouterr().out
    sim.configure(unknown_job="400")
    assert live.main() == 1
    told = capsys.readouterr().out
    assert "WRONG unknown-job-404: HTTP 400 IMG.0023" in told
    assert "This depends on it: plugins/module_utils/_ims/api/calls.py" in told
    monkeypatch.setenv("HW_ACCESS_KEY", "")
    monkeypatch.setenv("HW_SECRET_KEY", "")
    monkeypatch.setenv("HW_USER_NAME", "")
    assert live.main() == 2
