# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lock files fit the requirements, on every machine, and are used."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ansible_collections.huaweicloud.ims.tools import groups, locks
from ansible_collections.huaweicloud.ims.tools.groups import GROUPS, ROOT, Group, lowest

PIN = re.compile(r"^([\w.-]+)==(\S+)(?: ; (.+?))? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")


@pytest.fixture(autouse=True)
def locked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IMS_UNLOCKED", raising=False)


def lines_of(name: str) -> list[str]:
    text = locks.path_of(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_no_lock_is_stale_and_none_has_lost_its_group() -> None:
    locks.ensure_fresh()
    assert {path.stem for path in locks.LOCKS.iterdir()} == set(GROUPS)


@pytest.mark.parametrize("name", GROUPS)
def test_a_lock_pins_all_by_hash_and_names_no_place(name: str) -> None:
    for line in lines_of(name):
        assert PIN.match(line) or HASH.match(line), line


@pytest.mark.parametrize("name", GROUPS)
def test_what_is_pinned_is_what_is_required(name: str) -> None:
    pins: dict[str, list[str]] = {}
    for line in lines_of(name):
        if pin := PIN.match(line):
            pins.setdefault(canonicalize_name(pin[1]), []).append(pin[2])
    for line in locks.expand(GROUPS[name].requirements):
        wanted = Requirement(line)
        found = pins.get(canonicalize_name(wanted.name), [])
        # Of a requirement for some Pythons only, one of the versions is for those.
        fitting = [version for version in found if wanted.specifier.contains(version, prereleases=True)]
        never = wanted.marker is not None and not found
        assert fitting or never, f"{line}: {found}"
        if wanted.marker is None:
            assert fitting == found, line


def test_a_changed_requirement_fails_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = Group((*GROUPS["docs"].requirements, "one-more"))
    monkeypatch.setitem(GROUPS, "docs", changed)
    with pytest.raises(locks.StaleError, match=r"^Run `make update ARGS=--stale`: .* the requirements of docs "):
        locks.arguments_for("docs")
    locks.arguments_for("awx")


def test_a_change_in_a_file_of_requirements_counts_and_one_in_its_comments_does_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for module in (groups, locks):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "b.txt").write_text("two>=2\n", encoding="utf-8")
    file = tmp_path / "a" / "requirements.txt"
    group = Group(("-r a/requirements.txt", "three"))
    digests = []
    for text in ("# One\none\n-r ../b.txt\n", "one  # the first\n\n-r ../b.txt\n", "one>1\n-r ../b.txt\n"):
        file.write_text(text, encoding="utf-8")
        digests.append(locks.digest_of(group))
    assert list(locks.expand(group.requirements)) == ["one>1", "two>=2", "three"]
    assert digests[0] == digests[1] != digests[2]
    assert locks.digest_of(Group(group.requirements, python="3.9")) != digests[2]


def test_a_locked_group_is_installed_from_its_lock_and_by_hash() -> None:
    assert locks.arguments_for("awx") == ["--require-hashes", "-r", str(ROOT / "tools" / "locks" / "awx.txt")]


def test_without_locks_the_newest_that_the_requirements_admit_is_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(locks, "IN_USE", tmp_path)
    monkeypatch.setenv("IMS_UNLOCKED", "1")
    monkeypatch.setitem(GROUPS, "docs", Group(("-r meta/ee-requirements.txt", "one-more")))
    upgrade, option, path = locks.arguments_for("docs")
    assert (upgrade, option) == ("--upgrade", "-r")
    assert Path(path).read_text(encoding="utf-8").splitlines()[-1] == "one-more"
    assert "requests>=" in Path(path).read_text(encoding="utf-8")


def test_the_sessions_of_antsibull_nox_are_led_to_the_lock_or_past_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(locks, "IN_USE", tmp_path)
    path = locks.write_in_use("lint")
    assert path.read_text(encoding="utf-8") == f"-r {ROOT / 'tools' / 'locks' / 'lint.txt'}\n"
    monkeypatch.setenv("IMS_UNLOCKED", "1")
    assert "ruff>=" in locks.write_in_use("lint").read_text(encoding="utf-8")
    named = re.findall(r'file = "\.venv/requirements/([\w-]+)\.txt"', (ROOT / "antsibull-nox.toml").read_text("utf-8"))
    written = re.search(r"for group in \((.*)\):", (ROOT / "noxfile.py").read_text(encoding="utf-8"))
    assert written is not None
    assert {f'"{name}"' for name in named} == set(written[1].split(", "))


def test_the_lowest_versions_are_those_that_users_are_promised() -> None:
    assert lowest("meta/ee-requirements.txt") == ("jsonschema==3.2", "requests==2.25.1", "urllib3==1.26.5")
    pins = "\n".join(lines_of("lowest"))
    for pin in ("jsonschema==3.2.0 ", "requests==2.25.1 ", "urllib3==1.26.5 "):
        assert f"\n{pin}" in pins


def test_the_command_line_says_what_to_do_and_fails(tmp_path: Path) -> None:
    """As `make` calls it, with a group whose lock has gone."""
    program = (
        "import sys; from pathlib import Path; from ansible_collections.huaweicloud.ims.tools import locks;"
        f"locks.LOCKS = Path({str(tmp_path)!r}); sys.argv = ['locks.py', 'arguments', 'uv']; sys.exit(locks.main())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Run `make update ARGS=--stale`: ")
