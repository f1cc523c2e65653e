"""Tokens to a tree, by operator precedence."""

from calc.errors import ExpressionError
from calc.lexer import Token, tokens
from calc.nodes import Binary, Call, Name, Node, Number, Unary

POWER = {"+": 1, "-": 1, "*": 2, "/": 2, "%": 2, "^": 4}
"""How strongly each operator binds."""
SIGN_POWER = 3
NO_OPERATOR = -1

RIGHT_TO_LEFT = frozenset({"^"})
"""Operators that group to the right: a ^ b ^ c is a ^ (b ^ c)."""


def parse(text: str) -> Node:
    """The tree of `text`.  Raises ExpressionError."""
    return Parser(text).expression()


class Parser:
    """Reads one expression, one token ahead."""

    def __init__(self, text: str) -> None:
        self._tokens = tokens(text)
        self._next = next(self._tokens)

    def expression(self) -> Node:
        """The whole text as one expression."""
        node = self._binary(0)
        self._expect("")
        return node

    def _advance(self) -> Token:
        """Take the next token; behind the end there is only the end."""
        token = self._next
        try:
            self._next = next(self._tokens)
        except StopIteration:  #! except: M
            assert token.kind == "end"  #! assert: T-
        return token

    def _expect(self, text: str) -> None:
        if self._next.text != text:  #! self._next: TF
            wanted = repr(text) if text else "an operator or the end"  #! text: TF
            raise ExpressionError(f"expected {wanted}", self._next.column)
        self._advance()

    def _binary(self, floor: int) -> Node:
        """An operand and all operators behind it that bind more strongly than `floor`."""
        left = self._operand()
        #! > floor: TF  == floor: -F  RIGHT_TO_LEFT: --
        while (power := POWER.get(self._next.text, NO_OPERATOR)) > floor or (
            power == floor and self._next.text not in RIGHT_TO_LEFT
        ):
            operator = self._advance()
            left = Binary(operator.text, left, self._binary(power))
        return left

    def _operand(self) -> Node:
        """A number, a name, a call, a signed or a bracketed expression."""
        match self._advance():
            case Token("number", digits):  #! case: MN
                return Number(float(digits))
            case Token("name", name):  #! case: MN
                #! self._next.text: TF
                return Call(name, self._arguments()) if self._next.text == "(" else Name(name)
            case Token("operator", "-" | "+" as sign):  #! case: MN  "-": M  "+": M
                return Unary(sign, self._binary(SIGN_POWER))
            case Token(_, "("):  #! case: MN
                inner = self._binary(0)
                self._expect(")")
                return inner
            case token:
                raise ExpressionError("expected a number, a name or '('", token.column)

    def _arguments(self) -> tuple[Node, ...]:
        """The arguments of a call, brackets and commas included."""
        self._expect("(")
        arguments: list[Node] = []
        while self._next.kind != "end" and self._next.text != ")":  #! end: TF  ")": TF
            arguments.append(self._binary(0))
            if self._next.text == ",":  #! ",": TF
                self._advance()
            elif self._next.text != ")":  #! ")": TF
                break
        self._expect(")")
        return tuple(arguments)
