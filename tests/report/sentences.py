"""Every sentence that the code may give to an error, found by reading it: blanks hold a number."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

BLANK = frozenset({"7"})
"""What stands for words that are not of the code."""
DEEPEST = 4
"""Names and calls that are followed one behind the other."""

Values = Mapping[str, list[ast.expr]]
"""What is assigned to names."""


class Module:
    """A file of the code."""

    def __init__(self, path: Path) -> None:
        self.tree = ast.parse(path.read_text())
        self.functions = {one.name: one for one in ast.walk(self.tree) if isinstance(one, ast.FunctionDef)}
        self.constants = assigned(self.tree.body)

    def sentences(self, stating: set[str]) -> Iterator[str]:
        """What is given to some callables: more than one word, for one is a code."""
        for function in self.functions.values():
            inside = {**self.constants, **assigned(ast.walk(function))}
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and called(node.func) in stating:
                    yield from (text for one in node.args for text in self.texts(one, inside) if " " in text)

    def returned(self, name: str) -> set[str]:
        """What a function returns, if it is a text."""
        return {
            text for text in self._returned(ast.parse(f"{name}()", mode="eval").body, self.constants) if " " in text
        }

    def texts(self, node: ast.AST, inside: Values, deep: int = DEEPEST) -> frozenset[str]:
        """What a string may be."""
        kinds: dict[type, Callable[[Any], Iterable[str]]] = {
            ast.Constant: lambda one: (
                () if one.value is None else (one.value,) if isinstance(one.value, str) else BLANK
            ),
            ast.JoinedStr: lambda one: self._joined(one.values, inside, deep),
            ast.BinOp: lambda one: self._joined((one.left, one.right), inside, deep) if is_sum(one) else BLANK,
            ast.FormattedValue: lambda one: self.texts(one.value, inside, deep),
            ast.IfExp: lambda one: self._any((one.body, one.orelse), inside, deep),
            ast.BoolOp: lambda one: self._any(one.values, inside, deep),
            ast.Name: lambda one: self._any(inside.get(one.id, ()), inside, deep - 1) or BLANK,
            ast.Call: lambda one: self._returned(one, inside, deep - 1) or BLANK,
        }
        return BLANK if deep == 0 or type(node) not in kinds else frozenset(kinds[type(node)](node))

    def _joined(self, parts: Iterable[ast.expr], inside: Values, deep: int) -> Iterator[str]:
        return ("".join(one) for one in product(*(self.texts(part, inside, deep) for part in parts)))

    def _any(self, nodes: Iterable[ast.expr], inside: Values, deep: int) -> set[str]:
        return {text for one in nodes for text in self.texts(one, inside, deep)}

    def _returned(self, call: Any, inside: Values, deep: int = DEEPEST) -> set[str]:
        function = self.functions.get(called(call.func))
        if function is None:
            return set()
        given = {name.arg: [value] for name, value in zip(function.args.args, call.args, strict=False)}
        given = {
            name: inside.get(one.id, [one]) if isinstance(one, ast.Name) else [one] for name, [one] in given.items()
        }
        here = {**inside, **given, **assigned(ast.walk(function))}
        returns = (one.value for one in ast.walk(function) if isinstance(one, ast.Return) and one.value is not None)
        return self._any(returns, here, deep)


def called(function: ast.expr) -> str:
    """The last name of what is called."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def is_sum(node: ast.BinOp) -> bool:
    """Whether texts are joined: paths are joined by a slash."""
    return isinstance(node.op, ast.Add)


def assigned(nodes: Iterable[ast.AST]) -> dict[str, list[ast.expr]]:
    """What single names are set to."""
    found: dict[str, list[ast.expr]] = {}
    for node in nodes:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        if isinstance(target, ast.Name) and value is not None:
            found.setdefault(target.id, []).append(value)
    return found
