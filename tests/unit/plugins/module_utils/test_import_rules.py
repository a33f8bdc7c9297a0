# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may import whom, and how large a file and a function may be."""

from __future__ import annotations

import ast
import functools
import importlib.util
import io
import pathlib
import subprocess
import sys
import tokenize
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils import _connect

ROOT = pathlib.Path(_connect.__file__).parents[2]
PLUGINS = sorted((ROOT / "plugins").rglob("*.py"))
SIMULATOR = sorted((ROOT / "tests" / "simulator").rglob("*.py"))
CORE = [path for path in PLUGINS if "_ims" in path.parts]
SHELL = [path for path in PLUGINS if path.parent.name in ("module_utils", "_work")]
MAX_FILE_LINES = 250
MAX_FUNCTION_LINES = 40
# The name of a library, and the only files that may import it.
ONLY_IN = {
    "requests": {"environment.py"},
    "urllib3": {"transport.py"},
    "socket": {"connections.py", "failures.py"},
    "ssl": {"environment.py", "failures.py"},
    "jsonschema": {"validation.py"},
    "time": {"clock.py"},
    "hmac": {"signing.py", "obs_signing.py"},
}
DOCUMENTATION = {"DOCUMENTATION", "EXAMPLES", "RETURN", "QUERY_API", "INFO", "ACTION", "IN_PROCESS"}


class Import(t.NamedTuple):
    level: int
    module: str
    line: int

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]


def is_standard(module: str) -> bool:
    """Return whether a module is part of Python (3.9 does not list its own)."""
    listed: t.Collection[str] | None = getattr(sys, "stdlib_module_names", None)
    if listed is not None:
        return module in listed
    spec = importlib.util.find_spec(module)
    return spec is not None and "site-packages" not in (spec.origin or "")


@functools.cache
def nodes(path: pathlib.Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text("utf-8"))))


def name_of(path: pathlib.Path) -> str:
    return path.relative_to(ROOT).as_posix()


def each(paths: t.Sequence[pathlib.Path]) -> t.Callable[[t.Callable[[pathlib.Path], None]], t.Callable[[], None]]:
    """Make a rule for one file a test of all of them: a test for each file would cost more than the rule itself."""

    def test_of(rule: t.Callable[[pathlib.Path], None]) -> t.Callable[[], None]:
        def test() -> None:
            offenders: dict[str, str] = {}
            for path in paths:
                try:
                    rule(path)
                except AssertionError as exc:
                    offenders[name_of(path)] = str(exc)
            assert offenders == {}

        test.__name__ = rule.__name__
        return test

    return test_of


@functools.cache
def imports(path: pathlib.Path) -> list[Import]:
    found: list[Import] = []
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found += [Import(0, alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            # "from . import a" names the module in its aliases.
            names = [node.module] if node.module else [alias.name for alias in node.names]
            found += [Import(node.level, name, node.lineno) for name in names]
    return found


@each(CORE)
def test_the_core_knows_itself_the_standard_library_and_three_others(path: pathlib.Path) -> None:
    for found in imports(path):
        assert found.level in (0, 1, 2), found
        assert found.level or found.top in ONLY_IN or is_standard(found.top), found


@each(CORE)
def test_the_core_knows_no_ansible(path: pathlib.Path) -> None:
    assert [found for found in imports(path) if found.top.startswith("ansible")] == []


@each(PLUGINS)
def test_some_libraries_are_known_to_few_files_only(path: pathlib.Path) -> None:
    for found in imports(path):
        if found.level == 0 and found.top in ONLY_IN:
            assert path.name in ONLY_IN[found.top], found


@each([*SHELL, *CORE])
def test_shared_code_knows_nothing_of_those_who_share_it(path: pathlib.Path) -> None:
    for found in imports(path):
        assert found.level < len(path.relative_to(ROOT / "plugins").parts), found
        assert not found.module.startswith(("ansible.plugins", "ansible.errors", "ansible_collections")), found


@each(PLUGINS)
def test_plugins_import_each_other_relatively_and_downwards(path: pathlib.Path) -> None:
    own = path.relative_to(ROOT / "plugins").parts[0]
    reach = {
        "action": {"module_utils", "plugin_utils"},
        "lookup": {"module_utils", "plugin_utils"},
        "modules": {"module_utils"},
        "plugin_utils": {"module_utils"},
    }
    for found in imports(path):
        assert found.top != "ansible_collections", found
        is_inside = found.level < len(path.relative_to(ROOT / "plugins").parts)
        assert is_inside or found.top in reach.get(own, set()), found


@pytest.mark.parametrize("room", ["wait", "report"])
def test_waiting_and_reporting_load_no_http_library(room: str) -> None:
    """Imports hold at run time as well: what waits gets what asks, and never makes it."""
    package = _connect.__name__.rpartition(".")[0] + "._ims"
    files = [path.stem for path in (ROOT / "plugins" / "module_utils" / "_ims" / room).glob("*.py")]
    lines = ["import sys", *(f"import {package}.{room}.{name}" for name in files)]
    lines.append("print(sorted({'requests', 'urllib3', 'jsonschema', 'socket', 'ssl'} & set(sys.modules)))")
    found = subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True, capture_output=True, text=True)
    assert found.stdout == "[]\n"


@each(PLUGINS)
def test_plugins_know_nothing_of_the_simulator(path: pathlib.Path) -> None:
    assert not [found for found in imports(path) if "simulator" in found.module or found.top == "tests"]


@each(SIMULATOR)
def test_the_simulator_knows_nothing_of_the_plugins(path: pathlib.Path) -> None:
    for found in imports(path):
        assert not found.top.startswith("ansible"), found
        assert found.level == 1 or found.top not in ("requests", "jsonschema", "plugins"), found


@each(PLUGINS)
def test_nothing_sleeps_or_reads_the_wall_clock_but_the_clock(path: pathlib.Path) -> None:
    if path.name == "clock.py":
        return
    for node in nodes(path):
        if isinstance(node, ast.Attribute) and isinstance(node.value, (ast.Name, ast.Attribute)):
            assert not (node.attr in ("utcnow", "today") or ast.unparse(node) == "datetime.datetime.now"), node.lineno


@each([path for path in PLUGINS if path.name != "_module.py"])
def test_only_one_file_ends_a_module(path: pathlib.Path) -> None:
    called = {node.attr for node in nodes(path) if isinstance(node, ast.Attribute)}
    assert called.isdisjoint({"fail_json", "exit_json"})


def is_documentation(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id in DOCUMENTATION for target in node.targets)
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def code_lines(text: str, tree: t.Iterable[ast.AST]) -> set[int]:
    """Return the numbers of the lines with code: no blanks, comments, docstrings or documentation."""
    blank = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in blank:
            lines |= set(range(token.start[0], token.end[0] + 1))
    for node in tree:
        if is_documentation(node):
            lines -= set(range(node.lineno, (node.end_lineno or 0) + 1))  # type: ignore[attr-defined]
    return lines


def test_lines_of_code_are_counted_without_texts() -> None:
    head = '"""Doc\nstring."""\n\n# comment\nDOCUMENTATION = r"""\na\n"""\n'
    code = 'x = """\ny"""\n\n\ndef f():\n    """D."""\n    return 1  # one\n'
    assert code_lines(head + code, ast.walk(ast.parse(head + code))) == {8, 9, 12, 14}


@each([*PLUGINS, *SIMULATOR])
def test_no_file_and_no_function_is_too_long(path: pathlib.Path) -> None:
    lines = code_lines(path.read_text("utf-8"), nodes(path))
    assert len(lines) <= MAX_FILE_LINES
    for node in nodes(path):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            own = lines.intersection(range(node.lineno, (node.end_lineno or 0) + 1))
            assert len(own) <= MAX_FUNCTION_LINES, node.name
