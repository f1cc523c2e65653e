"""The syntax trees of the operations: what is specialised is their own source."""

import ast
from functools import cache
from types import FunctionType
from typing import Any


@cache
def _functions(path: str) -> dict[str, ast.FunctionDef]:
    """{name: definition} of a module of operations."""
    with open(path, "rb") as file:
        tree = ast.parse(file.read())
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def definition(function: FunctionType) -> ast.FunctionDef:
    """The definition of an operation; OSError or KeyError where its source is not at hand."""
    return _functions(function.__code__.co_filename)[function.__code__.co_name]


def body(function: FunctionType) -> list[ast.stmt]:
    """The statements of an operation without its docstring."""
    statements = definition(function).body
    first = statements[0]
    described = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return statements[1:] if described else statements


def parameters(function: FunctionType) -> list[str]:
    """The names of an operation's parameters."""
    return [each.arg for each in definition(function).args.args]


def meaning(function: FunctionType, name: str) -> Any:
    """What a global name stands for in an operation; KeyError when it is nothing."""
    names = function.__globals__
    if name in names:
        return names[name]
    found = names["__builtins__"]
    return (found if isinstance(found, dict) else vars(found))[name]
