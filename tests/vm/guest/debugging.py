"""Trace functions, profile functions and pdb: events, lines and variables of the program alone."""

import io
import pdb
import sys

HERE = __file__
log = []


def tracer(frame, event, argument):
    if frame.f_code.co_filename == HERE:
        shown = sorted(name for name in frame.f_locals if name[0] != "_")
        log.append((event, frame.f_code.co_name, frame.f_lineno, shown[:4]))
    else:
        log.append((event, frame.f_code.co_name))
    return tracer


def one(): return 1


def numbers(n):
    for i in range(n):
        x = yield i
        if x:
            y = 1


def many(a):
    x = len([a,
             max(a, 2)])
    while a:
        a -= 1
    for q in (1, 2): pass
    try:
        1 / 0
    except ZeroDivisionError:
        x = 2
    try:
        raise KeyError
    except (ValueError, KeyError) as error:
        x += 1
    finally:
        x += 1
    with open("/dev/null") as f:
        pass
    match x:
        case 3:
            pass
        case _:
            x = 0
    return [i for i in (1, 2)]


def calls():
    one()
    list(numbers(2))
    many(2)
    (lambda: 3)()

    class A:
        b = 1

    assert True


def traced(function):
    log.clear()
    sys.settrace(tracer)
    try:
        function()
    finally:
        sys.settrace(None)
    print(*log, sep="\n")


for _ in range(3):  # the third time with everything built
    traced(calls)


def raises():
    try:
        one(1)
    finally:
        log.append("finally")


try:
    traced(raises)
except TypeError as error:
    print(error)


def turns_it_on():
    sys._getframe(1).f_trace = tracer
    sys.settrace(tracer)


def in_the_middle():
    a = 1
    turns_it_on()
    b = 2
    sys.settrace(None)
    c = 3


log.clear()
in_the_middle()
print(log)


def profiler(frame, event, argument):
    if frame.f_code.co_filename == HERE:
        log.append((event, frame.f_code.co_name, frame.f_lineno))


def profiled():
    one()
    return list(numbers(2))


log.clear()
sys.setprofile(profiler)
profiled()
sys.setprofile(None)
print([each for each in log if each[0] in ("call", "return")])


def last_line():
    frame = sys._getframe()
    if frame:
        return frame
    return None


print(last_line().f_lineno - last_line.__code__.co_firstlineno)


def add(a, b):
    total = a
    total += b
    return total


def debugged(n):
    found = []
    for i in range(n):
        found.append(add(i, 1))
    stop = f"b {add.__code__.co_firstlineno + 2}"
    lines = ["n", "s", "s", "p n", "u", "p n", "d", stop, "c", "p total", "n", "n", "c", "p b", "c", "c"]
    pdb.Pdb(stdin=io.StringIO("\n".join(lines) + "\n"), stdout=sys.stdout, readrc=False).set_trace()
    x = 5
    y = add(x, 2)
    try:
        add(1, None)
    except TypeError:
        y += 1
    return add(y, 1)


print(debugged(60))
