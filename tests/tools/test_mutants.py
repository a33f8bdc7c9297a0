# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The mutants that `make mutants` makes: what is spoilt, what is left alone, and how a mutant is known again."""

from __future__ import annotations

import ast
import functools
import importlib.util
import json
import runpy
import types

import pytest
import yaml

from ansible_collections.huaweicloud.ims.tests.mutants import assessment, children, injection, run
from ansible_collections.huaweicloud.ims.tests.mutants.coverage_map import ROOT, Cost, CoverageMap
from ansible_collections.huaweicloud.ims.tests.mutants.sites import Mutant, mutants_of, mutated


def changes(source: str) -> set[str]:
    return {mutant.after for mutant in mutants_of("a.py", source)}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x(a < b)", {"x(a <= b)", "x(a >= b)", "pass"}),
        ("x = a is None", {"x = a is not None"}),
        ("x = a and b", {"x = a or b", "x = a", "x = b"}),
        ("x = not a", {"x = a"}),
        ("x = a + 1", {"x = a - 1", "x = a + 2", "x = a + 0"}),
        ("x = f'a{b}'", {"x = f'{b}'"}),
        ("x = True", {"x = False"}),
        ("if a:\n    break", {"if True:", "if False:", "continue"}),
        ("x = a if b else c", {"x = a if True else c", "x = a if False else c"}),
        ("x = [a for a in b if c]", {"x = [a for a in b]"}),
        ("x = f(a=b)", {"x = f()"}),
        ("def f():\n    return a", {"return None"}),
        ("raise A", {"pass"}),
        ("a.b = c", {"pass"}),
        ("try:\n    pass\nexcept A:\n    pass", {"except ZeroDivisionError:"}),
        ("try:\n    pass\nexcept (A, B):\n    pass", {"except (B,):", "except (A,):"}),
    ],
)
def test_code_is_spoilt(source: str, expected: set[str]) -> None:
    assert changes(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        '"""Documentation."""',
        "x: t.Callable[[int], 'str']",
        "def f(a: 'int') -> 'str':\n    '''What it does.'''",
        "@dataclass(frozen=True)\nclass A:\n    pass",
        "if t.TYPE_CHECKING:\n    x = 1",
        "if __name__ == '__main__':\n    main()",
        "class A(t.Protocol):\n    x = 1",
        "EXAMPLES = 'how'",
        "from a import b",
    ],
)
def test_what_decides_nothing_is_left_alone(source: str) -> None:
    assert changes(source) == set()


SOURCE = """
LIMIT = 3

class A:
    def f(self, x=LIMIT + 1):
        def g():
            return x > 5
        return g()
"""


def test_a_mutant_is_known_again_when_lines_have_shifted() -> None:
    assert [m.key for m in mutants_of("a.py", SOURCE)] == [m.key for m in mutants_of("a.py", "\n\n" + SOURCE)]
    functions = {m.before: m.function for m in mutants_of("a.py", SOURCE)}
    # A default is computed where the function is made.
    assert functions == {"LIMIT = 3": "", "def f(self, x=LIMIT + 1):": "", "return x > 5": "A.f", "return g()": "A.f"}


def test_a_mutant_is_one_change_and_lines_stay_where_they_are() -> None:
    original = ast.unparse(ast.parse(SOURCE))
    for mutant in mutants_of("a.py", SOURCE):
        tree = mutated(SOURCE, mutant.number)
        compile(tree, "a.py", "exec")
        different = [pair for pair in zip(original.splitlines(), ast.unparse(tree).splitlines()) if pair[0] != pair[1]]
        assert [pair[1].strip() for pair in different] == [mutant.after]


def loaded(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """Return a module whose file is in a checkout of its own."""
    monkeypatch.setattr(injection, "ROOT", tmp_path)
    path = tmp_path / "a.py"  # type: ignore[operator]
    path.write_text(SOURCE, encoding="utf-8")
    module = types.ModuleType("a")
    exec(compile(SOURCE, str(path), "exec"), module.__dict__)
    return module


def test_a_function_that_is_loaded_becomes_the_mutant(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    module = loaded(tmp_path, monkeypatch)
    (mutant,) = (m for m in mutants_of("a.py", SOURCE) if m.after == "return x <= 5")
    assert module.A().f(7) is True
    injection.LoadedFunctions().replace(mutant)
    assert module.A().f(7) is False


def test_what_runs_when_a_file_is_loaded_cannot(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    module = loaded(tmp_path, monkeypatch)
    (mutant,) = (m for m in mutants_of("a.py", SOURCE) if m.after == "LIMIT = 4")
    with pytest.raises(injection.NotHereError):
        injection.LoadedFunctions().replace(mutant)
    assert module.LIMIT == 3


def test_a_file_that_is_run_by_its_path_or_imported_is_the_mutant(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(tmp_path, monkeypatch)
    (mutant,) = (m for m in mutants_of("a.py", SOURCE) if m.after == "LIMIT = 4")
    path = str(tmp_path / "a.py")  # type: ignore[operator]

    def work() -> children.Ended:
        injection.load_mutated(mutant)
        spec = importlib.util.spec_from_file_location("a", path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return children.Ended(failed=f"{runpy.run_path(path)['LIMIT']} {module.LIMIT}")

    assert children.Children(1).run_one(work, 0, 0).failed == "4 4"


def ended(code: str) -> children.Ended:
    def work() -> children.Ended:
        exec(code)
        return children.Ended(failed=json.dumps(code))

    return children.Children(2).run_one(work, -14, -89)


def test_a_child_tells_how_it_ended_or_is_ended() -> None:
    assert ended("pass").failed == '"pass"'
    assert ended("import os; os._exit(3)").killed
    assert ended("while True: pass").killed
    assert ended("import time; time.sleep(60)").killed


MUTANT = Mutant("plugins/a.py", 0, "f", 7, 7, "a", "b")


def assessed(failures: dict[str, set[bool]]) -> assessment.Trial:
    """Assess the mutant by tests that fail with it (True) or without (False), or both."""
    known = CoverageMap({name: Cost(0.0, 0.0) for name in failures}, {"plugins/a.py": {7: set(failures)}})
    trial = assessment.trial_of(MUTANT, known)

    def make(mutant: Mutant | None, tests: list[str]) -> children.Work:
        return functools.partial(first_failure, mutant is not None, list(tests))

    def first_failure(spoilt: bool, tests: list[str]) -> children.Ended:
        return children.Ended(failed=next((name for name in tests if spoilt in failures[name]), None))

    assessment.Assessment(known, 1, lambda trial: None).serve([trial] if trial.tests else [], make, lambda trial: None)
    return trial


@pytest.mark.parametrize(
    ("failures", "verdict"),
    [
        ({"bites": {True}, "other": set()}, assessment.KILLED),
        ({"other": set()}, assessment.SURVIVED),
        ({"always fails": {True, False}}, assessment.SURVIVED),
        ({"always fails": {True, False}, "bites": {True}}, assessment.KILLED),
        ({}, assessment.UNTESTED),
    ],
)
def test_only_a_test_that_passes_without_the_mutant_kills_it(failures: dict[str, set[bool]], verdict: str) -> None:
    assert assessed(failures).verdict == verdict


def test_the_figures_decide(
    capsys: pytest.CaptureFixture[str], tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_SURVIVORS", tmp_path / "survivors.json")  # type: ignore[operator]

    def trials(path: str, killed: int, alive: int) -> list[assessment.Trial]:
        verdicts = [assessment.KILLED] * killed + [assessment.SURVIVED] * alive
        return [
            assessment.Trial(Mutant(path, n, "f", 1, 1, "a", f"b{n}"), [], False, verdict)
            for n, verdict in enumerate(verdicts)
        ]

    core, other = f"{run.CORE}wait/a.py", "plugins/action/a.py"
    assert run.report([*trials(core, 95, 5), *trials(other, 90, 10)], set())
    assert not run.report(trials(core, 94, 6), set())
    assert not run.report(trials(other, 89, 11), set())
    assert run.report(trials(core, 94, 6), {(core, "f", "a", "b94")})
    assert "95.0 %, 95 of 100" in capsys.readouterr().out


def test_each_equivalent_has_a_reason_and_is_one_still() -> None:
    entries = yaml.safe_load(run.EQUIVALENTS.read_text(encoding="utf-8"))
    assert all(len(entry["reason"]) > 10 for entry in entries)
    files = run.sources([str(ROOT / entry["path"]) for entry in entries]) if entries else {}
    keys = {mutant.key for path, source in files.items() for mutant in mutants_of(path, source)}
    assert run.equivalents() <= keys


def test_the_same_are_drawn_by_the_same_seed() -> None:
    files = {"a.py": SOURCE, "b.py": SOURCE}
    every, whole = run.drawn(files, 7, 0)
    assert len(every) == whole == len(set(every)) == 2 * len(mutants_of("a.py", SOURCE))
    assert run.drawn(files, 7, 5)[0] == every[:5]
    assert run.drawn(files, 8, 5)[0] != every[:5]
