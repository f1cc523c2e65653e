"""Unpacking, f-strings, comprehensions, operators, comparisons, slices, augmented assignment."""

import decimal
import operator

a, b = 1, 2
a, b = b, a
a, (b, *c), d = 1, (2, 3, 4), 5
*e, f = "xyz"
(g, h), [i, j] = {1: 2, 3: 4}.items()
print(a, b, c, d, e, f, g, h, i, j)
x = y = z = []
x.append(1)
print(z is x, [*range(3), *"ab"], (*[], 1), {*[1, 2], 2}, {**{"a": 1}, "b": 2, **{"a": 3}})
values = [0] * 5
values[1], values[2:4] = 7, [8, 9]
values[-1] += 1
print(values, values[::-1], values[1:3], values[:], values[-2:])
index = 0
index, values[index] = 3, "side"
print(index, values)


class Trace:
    def __init__(self, log):
        self.log = log

    def __getattr__(self, name):
        self.log.append(("get", name))
        return 1

    def __getitem__(self, key):
        self.log.append(("item", key))
        return 2

    def __setitem__(self, key, value):
        self.log.append(("set", key, value))


log = []
t = Trace(log)
t[t.first] += t.second
t[t[1]:t[2]] = t.third
print(log)
log.clear()
print({t.k1: t.v1, t.k2: t.v2}, f"{t.a}{t.b!r:>{t.c}}", [t.x, *[t.y]], log)

number, text, none = 3.14159, "it's", None
print(f"{number:.2f} {text!r} {text!s:>6} {none} {{}} {number:{5}.{2}} {'nested'} {1 + 1 = } {text=}")
print(f"{'a' if number else 'b'}{f'{number:.1f}'}{(lambda: 5)()}{[n for n in range(2)]}")
print(f"{decimal.Decimal('1.10'):>8}{b'bytes'!a}{'é'!a}{1_000_000:,}{255:#x}{True:d}")
print(f"""multi
{number:
.3f}""" if False else f"""multi
{number}""")
try:
    f"{number:bad}"
except ValueError as error:
    print(error)

print([x * y for x in range(3) if x for y in range(x) if y or x == 1], {n % 3 for n in range(9)})
print({k: v for k, v in zip("abc", range(3)) if v != 1}, [[m for m in range(n)] for n in range(3)])
print([(p, q) for p, q in {1: 2}.items()], [x for x, in [(1,), (2,)]], sum(i for i in range(4)))
print(1 < 2 < 3, 1 < 3 < 2, 3 > 2 >= 2 != 1, 1 in [1] in [[1]], not 1 == 1 is True)
print(1 and 0 or "x", 0 or [] or {}, 1 and 2 and 3, not (0 or 1), None is None, [] is not [])


def called(name, value):
    print("eval", name)
    return value


print(called("a", 1) < called("b", 0) < called("c", 5), called("d", 0) and called("e", 1))
print(called("f", 1) if called("g", 0) else called("h", 2), called("i", "") or called("j", []))
for op, symbol in [
    (operator.add, "+"), (operator.sub, "-"), (operator.mul, "*"), (operator.truediv, "/"),
    (operator.floordiv, "//"), (operator.mod, "%"), (operator.pow, "**"), (operator.lshift, "<<"),
    (operator.rshift, ">>"), (operator.and_, "&"), (operator.or_, "|"), (operator.xor, "^"),
]:  # fmt: skip
    for left, right in [(7, 2), (-7, 2), (7, 0), (7, -1), (2.5, 2), (True, 1), ("a", 3), ([1], [2])]:
        try:
            expected = op(left, right)
        except Exception as error:
            expected = repr(error)
        try:
            got = eval(f"left {symbol} right")
        except Exception as error:
            got = repr(error)
        namespace = {"left": left, "right": right}
        try:
            exec(f"left {symbol}= right", namespace)
        except Exception as error:
            namespace["left"] = repr(error)
        print(symbol, left, right, got == expected, got, namespace["left"])


def integers(n):
    total = 0
    for i in range(n):
        total += i * 2 - 1
        total ^= i
        total <<= 1
        total %= 1000003
        total //= 1 + i % 2
        total |= i & 3
        total **= 1
        total -= ~i
        total = -total if i % 3 else +total
    return total


def floats(n):
    x = 1.0
    for i in range(1, n):
        x = x * 1.5 + i / 3 - x // 2 + x % 0.7
        if x > 1e6 or x != x:
            x = 1.0
    return x


def strings(n):
    s = ""
    for i in range(n):
        s += chr(97 + i % 26)
        if s[-1] == "c" and s[0] < "b":
            s = s * 2
        elif s.endswith("z"):
            s = s[1:-1]
    return len(s), s[:5], s[0], "abc" in s, s != "x", s >= "a"


print(integers(100), floats(60), strings(40))
big = 2**100
print(big + 1 > big, big // 3, -big >> 3, big % 97, 10**20 == 1e20, 1 / 3, 7 // -2, -7 % 3, 2**-1)
for wrong in ("1 + 'a'", "'a' % 1", "[] + ()", "1 @ 2", "-'a'", "~1.5", "1 < 'a'", "1 in 5", "{}[[]]", "[1][5]", "[1]['a']", "'abc'[10]", "(1,)[2**70]", "{}['k']", "1 << -1", "2.0 ** 'x'", "None[0]", "1()", "'%d' % 'x'", "{[]}"):
    try:
        print(eval(wrong))
    except Exception as error:
        print(type(error).__name__, error)


def eval_in_function(wrong):
    lookup, items = {"k": 1}, [1, 2, 3]
    try:
        return lookup[wrong]
    except KeyError as error:
        found = repr(error)
    try:
        return items[wrong]
    except (TypeError, IndexError) as error:
        return found, str(error)


print(eval_in_function("z"), eval_in_function(9), eval_in_function("k"))


class Int(int):
    def __add__(self, other):
        return "Int.__add__"

    def __eq__(self, other):
        return "Int.__eq__"

    def __bool__(self):
        return False

    __hash__ = int.__hash__


class Str(str):
    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


class Dict(dict):
    def __missing__(self, key):
        return "missing " + str(key)

    def __getitem__(self, key):
        return super().__getitem__(key)


print(Int(1) + 1, 1 + Int(1), Int(1) == 1, "t" if Int(5) else "f", Str("a") == "b", Dict()["q"])
print(Str("a") in {"a": 1}, Str("zz") in ["b"], Int(3) in {3}, [1, 2, 3][Int(1)], {Str("k"): 1}["k"])


class NotBool:
    def __lt__(self, other):
        return []

    def __len__(self):
        return 0


print(NotBool() < 1 < 2, bool(NotBool()), "t" if NotBool() else "f", NotBool() < 1 or "or")
while NotBool():
    print("never")
print(..., Ellipsis is ..., __debug__, __name__, 0x10, 0b11, 0o17, 1_0, 1e3, 3j, b"x" b"y", "a" "b", r"\n")
lookup = {"a": {"b": [10, 20]}}
lookup["a"]["b"][0] += 5
lookup["a"]["c"] = lookup["a"].pop("b")
del lookup["a"]["c"][1:]
print(lookup, len(lookup), "a" in lookup, "z" not in lookup)
frozen = frozenset([1, 2])
print(1 in frozen, 3 in frozen, 2 in (1, 2), "b" in "abc", 5 in range(3), 1.0 in {1}, True in {1: 0})
print((lambda *a, **k: (a, k))(*[1], *[2], x=3, **{"y": 4}), print.__name__)
global_name = 1
del global_name
try:
    global_name
except NameError as error:
    print(error)
many = [None] * 300
many[299] = (n0 := 1, n1 := 2)
print(len(many), n0 + n1)
if 0:
    print("never")
elif 1 and not 0:
    print("elif")
else:
    print("else")
while True:
    break
else:
    print("never")
print([n for n in range(20) if n % 2 == 0 if n % 3 == 0 or n > 15 and not n == 16])
