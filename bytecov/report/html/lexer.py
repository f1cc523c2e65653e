"""Pygments' lexer for Python, three times as fast.

Pygments tries the patterns of a state one after the other; here they are alternatives of one
regular expression, which tries them in the same order without leaving it.  What has no colour,
and plain strings and comments, is taken in one gulp first.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from pygments.lexer import inherit, words
from pygments.lexers.python import PythonLexer
from pygments.regexopt import regex_opt
from pygments.token import Comment, Error, String, Text, Whitespace, _TokenType

Match = re.Match[str]
Try = Callable[[str, int], Match | None]
State = tuple[Try, dict[int, tuple[Try, Any, Any]]]


def _special() -> list[str]:
    """Every word that Pygments gives a class of ours."""
    found = {"def", "class", "from", "import", "lazy", "match", "case", "self", "cls"}
    found |= {"Ellipsis", "NotImplemented", "in", "is", "and", "or", "not", "async"}
    for state in ("keywords", "expr-keywords", "builtins", "magicfuncs"):
        for rule in PythonLexer.tokens[state]:
            if isinstance(rule, tuple) and isinstance(rule[0], words):
                found |= {word.split()[0] for word in rule[0].words}
    return sorted(found)


_SPECIAL = regex_opt(_special(), suffix=r"\b")
_NAME = rf"(?!{_SPECIAL})[A-Za-z_][A-Za-z0-9_]*+(?![\"']|[^\x00-\x7f])"
_SIGN = r"[-~+/*%=<>&^|\]{}:(),;\[]|!=|\.(?!\d)"
# Neither `%` nor `{`, which may start a format; one of three quotes is not empty.
_STRING = r""" "(?!"")[^"\\\n%{]*+" | '(?!'')[^'\\\n%{]*+' """.replace(" ", "")
# Not `*+`: before 3.11.5 that kept what an alternative had read before it failed (gh-106052).
_PLAIN = rf"(?:{_NAME}|{_SIGN})(?: ++|{_NAME}|{_SIGN})*"
_INDENT = r" ++(?![\"'A-Za-z\s])"  # at a line's start, docstrings and `match` look for `^`


class Lexer(PythonLexer):  # type: ignore[misc]  # Pygments ships no types
    """The same tokens, several of no colour as one."""

    tokens = {  # noqa: RUF012
        "root": [
            (_PLAIN, Text),
            (_STRING, String),
            (r"#[^\n]*+", Comment),
            (_INDENT, Text),
            inherit,
        ]
    }

    def get_tokens_unprocessed(
        self, text: str, stack: tuple[str, ...] = ("root",)
    ) -> Iterator[tuple[int, _TokenType, str]]:
        """As `RegexLexer` has it: (place, token, text); a line's end leaves what is broken."""
        states, at = list(stack), 0
        find, rules = _state(states[-1])
        while True:
            found = find(text, at)
            if found is None:
                if at == len(text):
                    return
                if text[at] == "\n":
                    states = ["root"]
                    find, rules = _state("root")
                yield at, Whitespace if text[at] == "\n" else Error, text[at]
                at += 1
                continue
            again, action, target = rules[found.lastindex or 0]
            if type(action) is _TokenType:
                yield at, action, found[0]
            elif action:
                yield from action(self, again(text, at))
            at = found.end()
            if target is not None:
                _turn(states, target)
                find, rules = _state(states[-1])


@cache
def _state(name: str) -> State:
    """A state's patterns as one, and {group that matched: (pattern, action, state to go to)}.

    An empty group behind each pattern tells which it was.
    """
    patterns, rules, groups = [], {}, 0
    for find, action, target in Lexer()._tokens[name]:
        pattern = find.__self__
        groups += pattern.groups + 1
        rules[groups] = (find, action, target)
        plain, flag = re.subn(r"^\(\?i\)", "", pattern.pattern)
        patterns.append(f"(?i:{plain})()" if flag else f"(?:{plain})()")
    return re.compile("|".join(patterns), Lexer.flags).match, rules


def _turn(states: list[str], target: tuple[str, ...] | str | int) -> None:
    """Go to another state: `#pop`, `#push`, how many to leave, or names."""
    if isinstance(target, int):
        del states[max(len(states) + target, 1) :]
        return
    for name in (target,) if isinstance(target, str) else target:
        if name == "#pop":
            del states[max(len(states) - 1, 1) :]
        else:
            states.append(states[-1] if name == "#push" else name)
