# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How code is spoilt: for a node of a syntax tree, the nodes that could stand in its place and should be noticed."""

from __future__ import annotations

import ast
import copy
import typing as t

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_NEVER_RAISED = "ZeroDivisionError"
_Node = t.TypeVar("_Node", bound=ast.AST)


def spoilt(node: ast.AST) -> t.Iterator[ast.AST]:
    """Return what could stand in the place of a node, in an order that never changes."""
    for kinds, operator in _OPERATORS:
        if isinstance(node, kinds):
            yield from operator(node)


def _with(node: _Node, **changes: t.Any) -> _Node:
    """Return a copy of a node, with other fields; what is below it is shared."""
    changed = copy.copy(node)
    for name, value in changes.items():
        setattr(changed, name, value)
    return changed


def _comparisons(node: ast.Compare) -> t.Iterator[ast.AST]:
    for index, found in enumerate(node.ops):
        for other in _COMPARISONS[type(found)]:
            yield _with(node, ops=[*node.ops[:index], other(), *node.ops[index + 1 :]])


def _boolean(node: ast.BoolOp) -> t.Iterator[ast.AST]:
    yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    for index in range(len(node.values)):
        rest = [*node.values[:index], *node.values[index + 1 :]]
        yield rest[0] if len(rest) == 1 else _with(node, values=rest)


def _negation(node: ast.UnaryOp) -> t.Iterator[ast.AST]:
    if isinstance(node.op, (ast.Not, ast.USub)):
        yield node.operand


def _arithmetic(node: ast.BinOp | ast.AugAssign) -> t.Iterator[ast.AST]:
    other = _ARITHMETIC.get(type(node.op))
    # Texts cannot be subtracted: that would be noticed at once, and prove nothing.
    sides = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.value,)
    if other is not None and not any(_is_text(side) for side in sides):
        yield _with(node, op=other())


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)))


def _constant(node: ast.Constant) -> t.Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, (int, float)):
        yield ast.Constant(value + 1)
        yield ast.Constant(value - 1)
    elif isinstance(value, str):
        yield ast.Constant("" if value else "spoilt")
    elif isinstance(value, bytes):
        yield ast.Constant(b"" if value else b"spoilt")


def _condition(node: ast.If | ast.IfExp | ast.While) -> t.Iterator[ast.AST]:
    if isinstance(node.test, ast.Constant):
        return
    if not isinstance(node, ast.While):  # it would only hang
        yield _with(node, test=ast.Constant(True))
    yield _with(node, test=ast.Constant(False))


def _filter(node: ast.comprehension) -> t.Iterator[ast.AST]:
    for index in range(len(node.ifs)):
        yield _with(node, ifs=[*node.ifs[:index], *node.ifs[index + 1 :]])


def _return(node: ast.Return) -> t.Iterator[ast.AST]:
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield _with(node, value=ast.Constant(None))


def _deletion(node: ast.stmt) -> t.Iterator[ast.AST]:
    if isinstance(node, ast.Assign) and not all(isinstance(x, (ast.Attribute, ast.Subscript)) for x in node.targets):
        return  # a name that is not there would be noticed at once
    if isinstance(node, ast.Expr) and not isinstance(node.value, (ast.Call, ast.Await, ast.Yield, ast.YieldFrom)):
        return
    yield ast.Pass()


def _call(node: ast.Call) -> t.Iterator[ast.AST]:
    for index, keyword in enumerate(node.keywords):
        if keyword.arg is not None:
            yield _with(node, keywords=[*node.keywords[:index], *node.keywords[index + 1 :]])


def _handler(node: ast.ExceptHandler) -> t.Iterator[ast.AST]:
    if isinstance(node.type, ast.Tuple):
        for index in range(len(node.type.elts)):
            rest = [*node.type.elts[:index], *node.type.elts[index + 1 :]]
            yield _with(node, type=_with(node.type, elts=rest))
    else:
        yield _with(node, type=ast.Name(_NEVER_RAISED, ast.Load()))


_Operator = t.Callable[[t.Any], t.Iterator[ast.AST]]
_OPERATORS: tuple[tuple[type[ast.AST] | tuple[type[ast.AST], ...], _Operator], ...] = (
    (ast.Compare, _comparisons),
    (ast.BoolOp, _boolean),
    (ast.UnaryOp, _negation),
    ((ast.BinOp, ast.AugAssign), _arithmetic),
    (ast.Constant, _constant),
    ((ast.If, ast.IfExp, ast.While), _condition),
    (ast.comprehension, _filter),
    (ast.Return, _return),
    ((ast.Expr, ast.AugAssign, ast.Assign, ast.Raise, ast.Delete), _deletion),
    (ast.Break, lambda node: iter((ast.Continue(),))),
    (ast.Continue, lambda node: iter((ast.Break(),))),
    (ast.Call, _call),
    (ast.ExceptHandler, _handler),
)
