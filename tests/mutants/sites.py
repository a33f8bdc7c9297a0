# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All mutants of a file: where the operators are applied, and where they are not.

Left out is what decides nothing: documentation, annotations, imports, decorators (a class that is not frozen behaves
the same), and what only type checkers read; and ``if __name__ == "__main__"``, which no unit test can reach.
"""

from __future__ import annotations

import ast
import dataclasses
import typing as t

from ansible_collections.huaweicloud.ims.tests.mutants.operators import spoilt

_DOCUMENTATION = {"__all__", "DOCUMENTATION", "EXAMPLES", "RETURN", "__metaclass__"}
_SKIPPED_FIELDS = {
    "annotation",
    "returns",
    "decorator_list",
    "type_comment",
    "bases",
    "ctx",
    "op",
    "ops",
}
_AROUND = 48
_Function = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclasses.dataclass(frozen=True)
class Mutant:
    """``before`` and ``after`` are the spoilt part of a statement and the code around it, which lines do not shift."""

    path: str
    number: int
    """Its place among all mutants of the file."""
    function: str
    """The function or method in the widest sense, with its class; "" at the level of the module, or of a class."""
    line: int
    last_line: int
    before: str
    after: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.path, self.function, self.before, self.after

    @property
    def path_and_number(self) -> tuple[str, int]:
        return self.path, self.number

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" + (f" {self.function}" if self.function else "")
        return f"{where}\n  - {self.before}\n  + {self.after}"


@dataclasses.dataclass
class _Place:
    """A node, what holds it, and what it is part of."""

    holder: ast.AST
    field: str
    index: int | None
    node: ast.AST
    statement: ast.stmt | ast.ExceptHandler
    function: str
    """The outermost one that the node runs in."""

    def put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.holder, self.field, node)
        else:
            getattr(self.holder, self.field)[self.index] = node


def count_mutants(source: str) -> int:
    return sum(1 for _change in _changes(ast.parse(source)))


def mutants_of(path: str, source: str, numbers: t.Container[int] | None = None) -> list[Mutant]:
    """Return the mutants of a file with these numbers, or all, in an order that depends on the source alone."""
    tree = ast.parse(source)
    found = []
    for number, (place, new) in enumerate(_changes(tree)):
        if numbers is not None and number not in numbers:
            continue
        old_text = _header(place.statement)
        place.put(ast.fix_missing_locations(ast.copy_location(new, place.node)))
        new_text = _header(new if place.node is place.statement else place.statement)
        place.put(place.node)
        before, after = _window(old_text, new_text)
        first, last = _lines(place.statement)
        found.append(Mutant(path, number, place.function, first, last, before, after))
    return found


def mutated(source: str, number: int) -> ast.Module:
    """Return the tree of a file with one of its mutants in it; lines stay where they are."""
    tree = ast.parse(source)
    for index, (place, new) in enumerate(_changes(tree)):
        if index == number:
            place.put(ast.copy_location(new, place.node))
            return ast.fix_missing_locations(tree)
    raise IndexError(number)


def _changes(tree: ast.Module) -> t.Iterator[tuple[_Place, ast.AST]]:
    for place in list(_places(tree, None, "", "")):
        for new in spoilt(place.node):
            yield place, new


def _places(
    node: ast.AST, statement: ast.stmt | ast.ExceptHandler | None, function: str, scope: str
) -> t.Iterator[_Place]:
    """Walk through what is run, from above. ``scope`` is the qualified name of what a function would be part of."""
    for field, value in ast.iter_fields(node):
        if field in _SKIPPED_FIELDS or _is_skipped(node, field):
            continue
        many = isinstance(value, list)
        for index, child in enumerate(value if many else [value]):
            if not isinstance(child, ast.AST) or _is_left_out(child):
                continue
            within = child if isinstance(child, (ast.stmt, ast.ExceptHandler)) else statement
            if within is None:
                continue
            # What stands in the head of a function, its defaults, runs where the function is made.
            inside = scope if isinstance(node, _Function) and field == "body" and not function else function
            if not _is_out_of_reach(child):
                yield _Place(node, field, index if many else None, child, within, inside)
            deeper = scope
            if isinstance(child, (*_Function, ast.ClassDef)):
                deeper = f"{scope}.{child.name}" if scope else child.name
            yield from _places(child, within, inside, deeper)


def _is_skipped(node: ast.AST, field: str) -> bool:
    """Return whether a field of a node is only for people, or for type checkers."""
    return _is_out_of_reach(node) and field in ("test", "body")


def _is_out_of_reach(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and any(word in ast.unparse(node.test) for word in ("TYPE_CHECKING", "__main__"))


def _is_left_out(node: ast.AST) -> bool:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(target, ast.Name) and target.id in _DOCUMENTATION for target in targets)
    if isinstance(node, ast.ClassDef):
        return any(ast.unparse(base).startswith("t.Protocol") for base in node.bases)
    if isinstance(node, ast.Subscript):
        return ast.unparse(node.value).startswith("t.")
    return isinstance(node, ast.Call) and ast.unparse(node.func) in ("t.TypeVar", "t.cast")


def _header(node: ast.AST) -> str:
    """Return a statement's own code, without the statements in it."""
    if isinstance(node, ast.ExceptHandler):
        return f"except {ast.unparse(node.type)}:" if node.type else "except:"
    text = ast.unparse(node)
    if isinstance(getattr(node, "body", None), list):
        decorators = len(getattr(node, "decorator_list", ()))
        return text.splitlines()[decorators]
    return text


def _lines(statement: ast.stmt | ast.ExceptHandler) -> tuple[int, int]:
    body = getattr(statement, "body", None)
    if isinstance(body, list) and body:
        return statement.lineno, max(statement.lineno, body[0].lineno - 1)
    return statement.lineno, statement.end_lineno or statement.lineno


def _window(before: str, after: str) -> tuple[str, str]:
    """Return both texts from a little before to a little after where they differ."""
    start = next((i for i, (a, b) in enumerate(zip(before, after)) if a != b), min(len(before), len(after)))
    most = min(len(before), len(after)) - start
    end = next((i for i in range(most) if before[-1 - i] != after[-1 - i]), most)
    head, tail = max(0, start - _AROUND), max(0, end - _AROUND)
    return tuple(text[head : len(text) - tail].replace("\n", " ") for text in (before, after))  # type: ignore[return-value]
