"""Partial evaluation of one operation.

What is known at translation is computed: arguments, constants, the depth and order of the
stack.  The stack is a list of atoms (`t3`, `x0`, `None`), names and literals that can be
copied freely: temporaries are assigned once, and a local variable that changes while the
stack names it is copied first.  What is not known is emitted as the text of the operation
itself.  The operations keep to what is understood here; anything else is `Untranslatable`.
"""

import ast
import operator
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any, Final, NamedTuple

from bytecov.vm.signals import Reraise
from bytecov.vm.translate.definitions import body, meaning, parameters
from bytecov.vm.translate.output import Line, Output

Scope = dict[str, Any]  # name to Known, Marker, or the text of an atom or expression
Returning = Callable[["Result"], bool]


class Untranslatable(Exception):
    """An operation is written in a way that the evaluator does not understand."""


class Known(NamedTuple):
    """A value that is computed at translation."""

    value: Any


class Text(NamedTuple):
    """An expression that is computed when the program runs."""

    code: str


class Items(NamedTuple):
    """A list display: the code of each element."""

    codes: tuple[str, ...]


class Marker(NamedTuple):
    """The frame, or a part of it that exists at translation only."""

    part: str


FRAME: Final = Marker("frame")
STACK: Final = Marker("stack")
LOCALS: Final = Marker("locals")
PARTS = {"stack": STACK, "locals": LOCALS}
RUNTIME = {
    "counts": "counts",
    "globals": "names",
    "builtins": "builtins",
    "namespace": "namespace",
    "plain": "plain",
    "seen": "seen",
}

BINARY = {
    operator.add: "+", operator.sub: "-", operator.mul: "*", operator.truediv: "/",
    operator.floordiv: "//", operator.mod: "%", operator.pow: "**", operator.lshift: "<<",
    operator.rshift: ">>", operator.and_: "&", operator.or_: "|", operator.xor: "^",
    operator.matmul: "@", operator.lt: "<", operator.le: "<=", operator.eq: "==",
    operator.ne: "!=", operator.gt: ">", operator.ge: ">=",
}  # fmt: skip
SYMBOLS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.BitAnd: "&", ast.RShift: ">>",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
    ast.Not: "not ", ast.USub: "-",
}  # fmt: skip
Operand = Known | Text | Items | Marker


class Raising(NamedTuple):
    """`return Reraise(…)`: the exception."""

    code: str


class Choice(NamedTuple):
    """`return yes if test else no` of known signals."""

    test: str
    yes: Any
    no: Any


Result = Known | Text | Raising | Choice


class Evaluator:
    """Evaluates operations over `stack`, emitting what is left of them.

    `jump` is set by `frame.ip = …`; `goto` is called for it at the end of the way it was set on.
    """

    def __init__(self, output: Output, goto: Callable[[int], None]) -> None:
        self.output = output
        self.goto = goto
        self.stack: list[str] = []
        self.jump: int | None = None
        self.used: set[str] = set()  # attributes of the frame that the text asks for

    # statements

    def inline(
        self, function: FunctionType, arguments: Sequence[Operand], returning: Returning
    ) -> bool:
        """Emit a call of `function`; whether control goes on behind it."""
        scope: Scope = dict(zip(parameters(function), arguments, strict=True))
        return self.run(body(function), scope, function, returning)

    def run(
        self, statements: Sequence[ast.stmt], scope: Scope, function: FunctionType, ret: Returning
    ) -> bool:
        """Emit statements; whether control goes on behind the function they are the end of."""
        for number, statement in enumerate(statements):
            rest = statements[number + 1 :]
            match statement:
                case ast.Return(value=value):
                    return self.leave(value, scope, function, ret)
                case ast.If():
                    return self.branch(statement, rest, scope, function, ret)
                case ast.Try():
                    return self.attempt(statement, rest, scope, function, ret)
                case ast.Expr(value=ast.Call() as call) if self.helper(call, scope, function):
                    if rest:
                        raise Untranslatable("something follows a helper")
                    return self.call_helper(call, scope, function, ret)
                case ast.Expr(value=value):
                    self.effect(self.value(value, scope, function))
                case ast.Assign(targets=[target], value=ast.Call() as call) if self.helper(
                    call, scope, function
                ):
                    return self.call_helper(
                        call, scope, function, self.then(target, rest, scope, function, ret)
                    )
                case ast.Assign(targets=[target], value=value):
                    self.assign(target, self.value(value, scope, function), scope, function)
                case ast.AugAssign():
                    self.augment(statement, scope, function)
                case ast.Delete(targets=[ast.Subscript() as target]):
                    self.delete(target, scope, function)
                case ast.Pass():
                    pass
                case _:
                    raise Untranslatable(ast.unparse(statement))
        return ret(Known(None))

    def then(
        self, target: ast.expr, rest: Sequence[ast.stmt], scope: Scope, function: FunctionType,
        ret: Returning,
    ) -> Returning:  # fmt: skip
        """What follows `target = helper(…)`, once for each `return` of the helper."""

        def go_on(result: Result) -> bool:
            assert isinstance(result, Known | Text)
            own = dict(scope)
            self.assign(target, result, own, function)
            return self.run(rest, own, function, ret)

        return go_on

    def leave(
        self, value: ast.expr | None, scope: Scope, function: FunctionType, ret: Returning
    ) -> bool:
        if isinstance(value, ast.Call) and self.helper(value, scope, function):
            return self.call_helper(value, scope, function, ret)
        result: Operand | Result
        match value:
            case None:
                result = Known(None)
            case ast.Call(func=callee, args=[exception]) if (
                self.value(callee, scope, function) == Known(Reraise)
            ):
                result = Raising(self.code(self.value(exception, scope, function)))
            case ast.IfExp(test=test, body=yes, orelse=no):
                one, other = self.value(yes, scope, function), self.value(no, scope, function)
                if not (isinstance(one, Known) and isinstance(other, Known)):
                    raise Untranslatable(ast.unparse(value))
                code = self.code(self.value(test, scope, function))
                result = Choice(code, one.value, other.value)
            case _:
                result = self.value(value, scope, function)
        if isinstance(result, Marker | Items):
            raise Untranslatable("a part of the frame is returned")
        return ret(result)

    def branch(
        self, node: ast.If, rest: Sequence[ast.stmt], scope: Scope, function: FunctionType,
        ret: Returning,
    ) -> bool:  # fmt: skip
        test = self.value(node.test, scope, function)
        if isinstance(test, Known):
            chosen = node.body if test.value else node.orelse
            return self.run([*chosen, *rest], scope, function, ret)
        assert isinstance(test, Text)
        return self.arms(
            f"if {test.code}:",
            lambda: self.run([*node.body, *rest], dict(scope), function, ret),
            lambda: self.run([*node.orelse, *rest], dict(scope), function, ret),
        )

    def attempt(
        self, node: ast.Try, rest: Sequence[ast.stmt], scope: Scope, function: FunctionType,
        ret: Returning,
    ) -> bool:  # fmt: skip
        """`try` with one handler, which returns.  The handler runs outside of the `except`,
        since a request must not be made while an exception of ours is being handled."""
        [handler] = node.handlers
        failed = self.output.temporary()
        before = list(self.stack)
        out = self.output
        out.emit("try:")
        out.indentation += 1
        for statement in node.body:
            if not isinstance(statement, ast.Assign):
                raise Untranslatable("more than assignments in a try")
            self.assign(
                statement.targets[0], self.value(statement.value, scope, function), scope, function
            )
        out.emit(f"{failed} = False")
        out.indentation -= 1
        caught = self.value(handler.type, scope, function) if handler.type else None
        out.emit(f"except {self.code(caught)}:" if caught else "except BaseException:")
        out.emit(f"    {failed} = True")
        done = self.stack

        def handled() -> bool:
            self.stack = before
            return self.run(handler.body, dict(scope), function, ret)

        def went_well() -> bool:
            self.stack = done
            return self.run(rest, dict(scope), function, ret)

        return self.arms(f"if {failed}:", handled, went_well)

    def arms(self, head: str, first: Callable[[], bool], second: Callable[[], bool]) -> bool:
        """Emit two ways; where both go on, the stack is made the same in both."""
        out = self.output
        before, outer = list(self.stack), out.capture()
        ends: list[tuple[list[Line], list[str] | None]] = []
        out.indentation += 1
        index = out.index
        for arm in (first, second):
            self.stack, self.jump, out.index = list(before), None, index
            goes_on = arm()
            if goes_on and (target := self.jumping()) is not None:
                self.goto(target)
                goes_on = False
            ends.append((out.capture(), self.stack if goes_on else None))
        out.indentation -= 1
        (lines, left), (other_lines, right) = ends
        inside, out.index = out.indentation + 1, index
        if left is not None and right is not None:
            if len(left) != len(right):
                raise Untranslatable("two ways leave the stack at different depths")
            for depth, (one, other) in enumerate(zip(left, right, strict=True)):
                if one != other:
                    common = out.temporary()
                    lines.append((inside, f"{common} = {one}", out.index))
                    other_lines.append((inside, f"{common} = {other}", out.index))
                    left[depth] = common
        nothing = [(inside, "pass", out.index)]
        out.lines = [*outer, (out.indentation, head, out.index), *(lines or nothing)]
        if left is None:  # no `else` needed: control does not come here from the first arm
            out.lines += [(level - 1, text, index) for level, text, index in other_lines]
        elif other_lines:
            out.lines += [(out.indentation, "else:", out.index), *other_lines]
        self.jump = None
        self.stack = left if left is not None else right if right is not None else before
        return left is not None or right is not None

    def jumping(self) -> int | None:
        """Where the way just written jumps, if it does."""
        target, self.jump = self.jump, None
        return target

    def augment(self, node: ast.AugAssign, scope: Scope, function: FunctionType) -> None:
        if self.value_of_target(node.target, scope, function) is STACK:
            added = node.value
            assert isinstance(added, ast.Tuple)
            for element in added.elts:
                self.push(self.value(element, scope, function))
            return
        target = self.value(_loaded(node.target), scope, function)
        added_code = self.code(self.value(node.value, scope, function))
        self.output.emit(f"{self.code(target)} {SYMBOLS[type(node.op)]}= {added_code}")

    def value_of_target(self, node: ast.expr, scope: Scope, function: FunctionType) -> Operand:
        return self.value(_loaded(node), scope, function)

    def assign(
        self, target: ast.expr, value: Operand, scope: Scope, function: FunctionType
    ) -> None:
        match target:
            case ast.Name(id=name):
                if isinstance(value, Text) and not value.code.isidentifier():
                    held = self.output.temporary()
                    self.output.emit(f"{held} = {value.code}")
                    value = Text(held)
                scope[name] = value
            case ast.Tuple(elts=targets) if isinstance(value, Known):
                for each, part in zip(targets, value.value, strict=True):
                    self.assign(each, Known(part), scope, function)
            case ast.Tuple(elts=targets):
                assert isinstance(value, Text)
                names = [self.output.temporary() for _ in targets]
                self.output.emit(f"{', '.join(names)}, = {value.code}")
                for each, name in zip(targets, names, strict=True):
                    self.assign(each, Text(name), scope, function)
            case ast.Attribute(value=owner, attr="ip") if (
                self.value(owner, scope, function) is FRAME
            ):
                assert isinstance(value, Known)
                self.jump = value.value
            case ast.Subscript(value=owner, slice=place):
                holder = self.value(owner, scope, function)
                if holder is STACK:
                    self.store(place, value, scope, function)
                elif holder is LOCALS:
                    slot = self.value(place, scope, function)
                    assert isinstance(slot, Known)
                    self.store_local(slot.value, self.code(value))
                else:
                    key = self.code(self.value(place, scope, function))
                    self.output.emit(f"{self.code(holder)}[{key}] = {self.code(value)}")
            case ast.Attribute(value=owner, attr="seen") if (
                self.value(owner, scope, function) is FRAME
            ):
                self.output.emit(f"seen = {self.code(value)}")
            case ast.Attribute(value=owner, attr=attribute):
                holder = self.value(owner, scope, function)
                self.output.emit(f"{self.code(holder)}.{attribute} = {self.code(value)}")
            case _:
                raise Untranslatable(ast.unparse(target))

    def store(
        self, place: ast.expr, value: Operand, scope: Scope, function: FunctionType
    ) -> None:
        """`stack[…] = value`."""
        where = self.place(place, scope, function)
        if isinstance(where, slice):
            assert isinstance(value, Items)
            self.stack[where] = [self.atom(Text(each)) for each in value.codes]
        else:
            self.stack[where] = self.atom(value)

    def store_local(self, slot: int, code: str) -> None:
        name = f"x{slot}"
        if name in self.stack:
            copy = self.output.temporary()
            self.output.emit(f"{copy} = {name}")
            self.stack = [copy if each == name else each for each in self.stack]
            if code == name:
                code = copy
        self.output.emit(f"{name} = {code}")

    def delete(self, target: ast.Subscript, scope: Scope, function: FunctionType) -> None:
        if self.value(target.value, scope, function) is not STACK:
            raise Untranslatable(ast.unparse(target))
        del self.stack[self.place(target.slice, scope, function)]

    def effect(self, value: Operand) -> None:
        """An expression for its own sake; most of them were done at translation."""
        if isinstance(value, Text) and not (value.code.isidentifier() or _is_literal(value.code)):
            self.output.emit(value.code)

    # expressions

    def code(self, value: Operand | None) -> str:
        if isinstance(value, Known):
            return self.output.literal(value.value)
        if isinstance(value, Text):
            return value.code
        if isinstance(value, Items):
            return f"[{', '.join(value.codes)}]"
        raise Untranslatable("a part of the frame is used as a value")

    def atom(self, value: Operand) -> str:
        """A name or literal for a value; emits an assignment if it has none."""
        code = self.code(value)
        if isinstance(value, Known) or code.isidentifier() or _is_literal(code):
            return code
        name = self.output.temporary()
        self.output.emit(f"{name} = {code}")
        return name

    def push(self, value: Operand) -> None:
        self.stack.append(self.atom(value))

    def place(self, node: ast.expr, scope: Scope, function: FunctionType) -> Any:
        """A known index or slice of the stack."""
        if isinstance(node, ast.Slice):
            bounds = [
                None if each is None else self.known(each, scope, function)
                for each in (node.lower, node.upper, node.step)
            ]
            return slice(*bounds)
        return self.known(node, scope, function)

    def known(self, node: ast.expr, scope: Scope, function: FunctionType) -> Any:
        value = self.value(node, scope, function)
        if not isinstance(value, Known):
            raise Untranslatable(f"{ast.unparse(node)} is not known at translation")
        return value.value

    def value(self, node: ast.expr, scope: Scope, function: FunctionType) -> Operand:
        """What an expression comes to, or its text."""
        match node:
            case ast.Constant(value=value):
                return Known(value)
            case ast.Name(id=name):
                found: Operand = scope[name] if name in scope else Known(meaning(function, name))
                return found
            case ast.Attribute(value=owner, attr=attribute):
                return self.attribute(self.value(owner, scope, function), attribute)
            case ast.Subscript(value=owner, slice=place):
                return self.subscript(self.value(owner, scope, function), place, scope, function)
            case ast.Call():
                return self.call(node, scope, function)
            case ast.BoolOp():
                return self.boolean(node, scope, function)
            case ast.Tuple(elts=elements):
                parts = [self.value(each, scope, function) for each in elements]
                if all(isinstance(each, Known) for each in parts):
                    return Known(tuple(each.value for each in parts if isinstance(each, Known)))
                return Text(f"({', '.join(map(self.code, parts))},)")
            case ast.List(elts=elements):
                parts = [self.value(each, scope, function) for each in elements]
                return Items(tuple(map(self.code, parts)))
            case ast.UnaryOp(op=op, operand=operand):
                inner = self.value(operand, scope, function)
                if isinstance(inner, Known):
                    return Known(not inner.value if isinstance(op, ast.Not) else -inner.value)
                return Text(f"({SYMBOLS[type(op)]}{self.code(inner)})")
            case ast.BinOp(left=left, op=op, right=right):
                return self.infix(SYMBOLS[type(op)], left, right, scope, function)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self.infix(SYMBOLS[type(op)], left, right, scope, function)
            case ast.IfExp(test=test, body=yes, orelse=no):
                parts = [self.value(each, scope, function) for each in (yes, test, no)]
                chosen = parts[1]
                if isinstance(chosen, Known):
                    return parts[0] if chosen.value else parts[2]
                return Text("({} if {} else {})".format(*map(self.code, parts)))
        raise Untranslatable(ast.unparse(node))

    def attribute(self, owner: Operand, attribute: str) -> Operand:
        if owner is FRAME:
            if attribute in PARTS:
                return PARTS[attribute]
            self.used.add(attribute)
            return Text(RUNTIME[attribute])
        if isinstance(owner, Known):
            return Known(getattr(owner.value, attribute))
        return Text(f"{self.code(owner)}.{attribute}")

    def subscript(
        self, owner: Operand, place: ast.expr, scope: Scope, function: FunctionType
    ) -> Operand:
        if owner is STACK:
            where = self.place(place, scope, function)
            chosen = self.stack[where]
            return Text(chosen) if isinstance(chosen, str) else Items(tuple(chosen))
        if owner is LOCALS:
            return Text(f"x{self.known(place, scope, function)}")
        key = self.value(place, scope, function)
        if isinstance(owner, Known) and isinstance(key, Known):
            return Known(owner.value[key.value])
        return Text(f"{self.code(owner)}[{self.code(key)}]")

    def infix(
        self, symbol: str, left: ast.expr, right: ast.expr, scope: Scope, function: FunctionType
    ) -> Operand:
        one, other = self.value(left, scope, function), self.value(right, scope, function)
        if isinstance(one, Known) and isinstance(other, Known):
            return Known(_compute(symbol, one.value, other.value))
        same = self.output.objects.keys() >= {self.code(one), self.code(other)}
        if same and symbol in ("is", "is not"):
            return Known((self.code(one) == self.code(other)) is (symbol == "is"))
        return Text(f"({self.code(one)} {symbol} {self.code(other)})")

    def boolean(self, node: ast.BoolOp, scope: Scope, function: FunctionType) -> Operand:
        decisive = isinstance(node.op, ast.Or)
        parts: list[str] = []
        for each in node.values:
            value = self.value(each, scope, function)
            if isinstance(value, Known):
                if bool(value.value) is decisive:
                    if not parts:
                        return value
                    parts.append(self.code(value))
                    break
                continue
            parts.append(self.code(value))
        if not parts:
            return Known(not decisive)
        return Text(f"({(' or ' if decisive else ' and ').join(parts)})")

    def call(self, node: ast.Call, scope: Scope, function: FunctionType) -> Operand:
        if isinstance(node.func, ast.Attribute):
            owner = self.value(node.func.value, scope, function)
            if owner is STACK:
                return self.stack_method(node, scope, function)
        callee = self.value(node.func, scope, function)
        arguments = [self.value(each, scope, function) for each in node.args]
        if arguments == [STACK] and callee == Known(len):
            return Known(len(self.stack))
        codes = [self.code(each) for each in arguments]
        if callee == Known(tuple) and isinstance(arguments[0], Items):
            return Text("(" + "".join(f"{each}, " for each in arguments[0].codes) + ")")
        if callee == Known(type) and _is_literal(codes[0]):
            return Known(type(ast.literal_eval(codes[0])))
        if isinstance(callee, Known) and callee.value in BINARY:
            return Text(f"({codes[0]} {BINARY[callee.value]} {codes[1]})")
        if callee == Known(operator.getitem):
            return Text(f"{codes[0]}[{codes[1]}]")
        return Text(f"{self.code(callee)}({', '.join(codes)})")

    def stack_method(self, node: ast.Call, scope: Scope, function: FunctionType) -> Operand:
        assert isinstance(node.func, ast.Attribute)
        if node.func.attr == "append":
            self.push(self.value(node.args[0], scope, function))
            return Known(None)
        if node.func.attr == "pop":
            where = self.known(node.args[0], scope, function) if node.args else -1
            return Text(self.stack.pop(where))
        raise Untranslatable(f"stack.{node.func.attr}")

    # helpers: functions of the operations that work on the frame

    def helper(self, node: ast.Call, scope: Scope, function: FunctionType) -> bool:
        return any(isinstance(each, ast.Name) and scope.get(each.id) is FRAME for each in node.args)

    def call_helper(
        self, node: ast.Call, scope: Scope, function: FunctionType, ret: Returning
    ) -> bool:
        callee = self.known(node.func, scope, function)
        arguments = [self.value(each, scope, function) for each in node.args]
        return self.inline(callee, arguments, ret)


def _loaded(node: ast.expr) -> ast.expr:
    """A target as the expression that reads it; only its fields matter here."""
    return node


def _is_literal(code: str) -> bool:
    if code[:1] not in "'\"-0123456789":
        return False
    try:
        ast.literal_eval(code)
    except ValueError:  # `'a'[2]`
        return False
    return True


def _compute(symbol: str, left: Any, right: Any) -> Any:
    """An operator on known values."""
    return eval(f"left {symbol} right", {"left": left, "right": right})
