"""Closures, cells, nonlocal, global, del; comprehensions' own scopes."""


def counter():
    count = 0

    def increase(by=1):
        nonlocal count
        count += by
        return count

    def reset():
        nonlocal count
        del count

    return increase, reset


increase, reset = counter()
print(increase(), increase(5), increase.__closure__[0].cell_contents, increase.__code__.co_freevars)
reset()
try:
    increase()
except NameError as error:
    print(type(error).__name__, error)
try:
    increase.__closure__[0].cell_contents
except ValueError as error:
    print(error)
increase.__closure__[0].cell_contents = 41
print(increase())


def argument_cell(a, b, *c, **d):
    def inner():
        nonlocal a
        a += 1
        return a, b, c, d

    inner()
    b += 10
    return inner


print(argument_cell(1, 2, 3, e=4)())


def late():
    def use():
        return value

    try:
        use()
    except NameError as error:
        print(type(error).__name__, error)
    value = 7
    print(use())
    del value
    try:
        print(value)
    except UnboundLocalError as error:
        print(type(error).__name__, error)
    return use


late()


def three():
    a = 1

    def two():
        b = a + 1

        def one():
            nonlocal a
            a = b * 10
            return lambda: (a, b)

        return one

    return two


print(three()()()())

total = 0


def accumulate(value):
    global total, fresh
    total += value
    fresh = total
    return total


print(accumulate(3), accumulate(4), fresh)


def forget():
    global fresh
    del fresh
    try:
        fresh
    except NameError as error:
        print(error)
    try:
        del fresh
    except NameError as error:
        print(error)


forget()
print([function() for function in [lambda: i for i in range(3)]])
print([function() for function in [(lambda i: lambda: i)(i) for i in range(3)]])


def shadow(x):
    inner = [x for x in range(x)]
    nested = [[y * x for y in range(x)] for x in range(x)]
    return x, inner, nested


print(shadow(3))


def unbound_after_comprehension():
    result = [late_name for late_name in range(2)]
    try:
        late_name
    except NameError as error:
        print(type(error).__name__, error)
    late_name = 1
    result = [late_name for late_name in range(2)]
    return late_name, result


print(unbound_after_comprehension())


def comprehension_closure():
    functions = [lambda: (x, y) for x in range(2) for y in "ab"]
    return [each() for each in functions]


print(comprehension_closure())


def comprehension_raises():
    x = "kept"
    try:
        [1 / x for x in (1, 0)]
    except ZeroDivisionError:
        pass
    return x


print(comprehension_raises())


class Scope:
    x = "class"
    values = [x for x in "ab"]
    nested = (lambda: [x for _ in range(1)])

    def method(self):
        return __class__.__name__, [self.values for self.values in [1]]


x = "module"
print(Scope.x, Scope.values, Scope.nested(), Scope().method())


def class_in_function():
    x = "function"

    class Inner:
        x = x + "!" if False else "inner"
        y = x

        def get(self):
            return x

    return Inner.x, Inner.y, Inner().get()


print(class_in_function())


def class_reads_free():
    name = "free"

    class Inner:
        got = name
        locals()["name"] = "namespace"
        then = name

    return Inner.got, Inner.then


print(class_reads_free())


def walrus():
    values = [last := number for number in range(4)]
    if (n := len(values)) > 3 and (m := n * 2):
        print(n, m, last)
    while (n := n - 1) > 1:
        print("n", n)
    print([y := 1, y**2], (z := 3), y + z)
    return any((hit := number) > 1 for number in range(5)), hit


print(walrus())


def deep(n):
    cells = []
    for i in range(n):
        def inner(i=i):
            cells.append(i)
            return len(cells)
        inner()
    return cells


print(deep(3))


def exec_in_function():
    y = 1
    exec("y = 2")
    names = {}
    exec("def made(q): return q + y", {"y": 10}, names)
    return y, names["made"](1)


print(exec_in_function())


def loop_else(values):
    for value in values:
        if value < 0:
            break
        elif value == 0:
            continue
        print("positive", value)
    else:
        return "all"
    return "some"


print(loop_else([1, 0, 2]), loop_else([1, -1, 2]), loop_else([]))


def while_else(n):
    while n:
        n -= 1
        if n == 2:
            break
    else:
        return "else"
    return n


print(while_else(2), while_else(5), while_else(0))
