# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Put a mutant in the place of what it was made of: in this process only, never in a file."""

from __future__ import annotations

import collections
import functools
import gc
import importlib.machinery
import os
import runpy
import types
import typing as t

from ansible_collections.huaweicloud.ims.tests.mutants.coverage_map import ROOT
from ansible_collections.huaweicloud.ims.tests.mutants.sites import Mutant, mutated


class NotHereError(Exception):
    """The function that was spoilt is not there once, so that it cannot be replaced by itself."""


def load_mutated(mutant: Mutant) -> None:
    """From now on, who imports the file, or runs it by its path, gets the mutant."""
    runner: t.Any = runpy
    real = os.path.realpath(ROOT / mutant.path)
    load, run = importlib.machinery.SourceFileLoader.get_code, runner._get_code_from_file

    def get_code(loader: importlib.machinery.SourceFileLoader, fullname: str) -> types.CodeType | None:
        path = loader.get_filename(fullname)
        return _compiled(mutant, path) if os.path.realpath(path) == real else load(loader, fullname)

    def get_code_from_file(*names: str) -> t.Any:
        found, path = run(*names), names[-1]  # before Python 3.12, there is the name of the module as well
        if os.path.realpath(path) != real:
            return found
        code = _compiled(mutant, path)
        return (code, *found[1:]) if isinstance(found, tuple) else code

    importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[method-assign,assignment]
    runner._get_code_from_file = get_code_from_file


def _compiled(mutant: Mutant, path: str) -> types.CodeType:
    source = (ROOT / mutant.path).read_text(encoding="utf-8")
    return compile(mutated(source, mutant.number), path, "exec", dont_inherit=True)


class LoadedFunctions:
    """The functions of the plugins that this process has loaded."""

    def __init__(self) -> None:
        gc.unfreeze()
        self._functions: dict[tuple[str, str], list[types.FunctionType]] = collections.defaultdict(list)
        self._inner: set[tuple[str, str]] = set()
        for found in gc.get_objects():
            if isinstance(found, types.FunctionType):
                self._add(found)
        gc.freeze()

    @functools.cached_property
    def files(self) -> set[str]:
        return {path for path, _name in self._functions}

    def _add(self, function: types.FunctionType) -> None:
        path = os.path.realpath(function.__code__.co_filename)
        if path.startswith(f"{ROOT}{os.sep}"):
            name = os.path.relpath(path, ROOT)
            outer, inner, _rest = function.__code__.co_qualname.partition(".<locals>")
            self._functions[name, outer].append(function)
            if inner:
                self._inner.add((name, outer))

    def replace(self, mutant: Mutant) -> None:
        """Let the function run the mutant's code. Raises NotHereError."""
        found = self._functions.get((mutant.path, mutant.function), [])
        if not found or (mutant.path, mutant.function) in self._inner:
            raise NotHereError
        codes = {(code.co_qualname, code.co_firstlineno): code for code in self._codes(mutant, found[0])}
        for function in found:
            old = function.__code__
            new = codes[old.co_qualname, old.co_firstlineno]
            if new.co_freevars != old.co_freevars:
                raise NotHereError
            function.__code__ = new

    def _codes(self, mutant: Mutant, function: types.FunctionType) -> t.Iterator[types.CodeType]:
        waiting = [_compiled(mutant, function.__code__.co_filename)]
        while waiting:
            code = waiting.pop()
            yield code
            waiting += [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
