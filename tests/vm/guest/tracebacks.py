"""Tracebacks: lines, carets, frames; inspect's and sys's idea of where we are."""

import inspect
import logging
import sys
import traceback
import warnings


def show(function, *arguments):
    try:
        function(*arguments)
    except Exception:
        traceback.print_exc(file=sys.stdout)


def carets(data):
    return (
        data["a"]["b"]
        + data["c"]["missing"]["d"]
    )


def call_inside(x):
    return len(
        x,
        carets({"a": {"b": 1}, "c": {}}),
    )


def binary(a, b):
    total = a + 1 * (a /
                     b) - 3
    return total


def attribute(x):
    return x.real.imag.nothing.more


def subscript(x):
    x[0][1][2] = 5


def unpack():
    a, b = (1, 2, 3)


def unpack_few():
    a, *b, c = [1]


def unpack_not():
    a, b = 5


def loop():
    for each in [1, 0]:
        for other in [
            1 // each
        ]:
            pass


def comprehension():
    return [
        1 / x
        for x in (1, 0)
    ]


def generator():
    return sum(1 / x for x in (1, 0))


def raised():
    if True:
        raise ValueError(
            "message"
        )


def assertion(x):
    assert x == 1, f"{x} is not 1"


def with_block():
    with open("/nonexistent/file") as file:
        file.read()


def body_of_with():
    import contextlib
    with contextlib.suppress(KeyError), \
            contextlib.nullcontext():
        int("x")


def name_error():
    undefined_name + 1


def local_error():
    print(value)
    value = 1


def lambda_error():
    (lambda: 1 / 0)()


def default_error(x=[]):
    def inner(y=x[0]):
        pass


def class_body():
    class Body:
        a = 1
        b = a / 0


def decorated():
    def decorator(function):
        raise TypeError("decorator")

    @decorator
    def inner():
        pass


def keyword_call():
    dict(a=1, **{"a": 2})


def star_call():
    print(*1, sep="")


def import_error():
    import no_such_module_at_all


def compare(x):
    return 1 < x < "a"


def boolean():
    class NoBool:
        def __bool__(self):
            raise ValueError("no bool")

    thing = NoBool()
    if thing and 1:
        pass


def condition():
    class NoBool:
        def __bool__(self):
            raise ValueError("no bool")

    return 1 if NoBool() else 2


def format_error():
    x = object()
    return f"{x:>10}"


def delete():
    d = {}
    del d["x"]


def recursive(n):
    if n == 0:
        raise ValueError("bottom")
    recursive(n - 1)


def augmented(x):
    x.value += 1


def slicing():
    return [1, 2][::0]


def iteration_protocol():
    class Bad:
        def __iter__(self):
            return self

        def __next__(self):
            raise LookupError("next")

    for _ in Bad():
        pass


def dict_changes():
    d = {1: 1}
    for k in d:
        d[k + 1] = 1


def walrus():
    if (y := 1 / 0) or y:
        pass


def match_error():
    match 5:
        case int(real=x) if x / 0:
            pass


def in_finally():
    try:
        raise KeyError("try")
    finally:
        raise ValueError("finally")


def set_error():
    {1, [], 2}


def map_error():
    return {
        "a": 1,
        []: 2,
    }


def yield_error():
    def gen():
        yield 1
        raise ValueError("gen")

    for _ in gen():
        pass


for function in (
    binary, attribute, subscript, unpack, unpack_few, unpack_not, loop, comprehension, generator,
    raised, assertion, with_block, body_of_with, name_error, local_error, lambda_error,
    default_error, class_body, decorated, keyword_call, star_call, import_error, compare, boolean,
    condition, format_error, delete, augmented, slicing, iteration_protocol, dict_changes, walrus,
    match_error, in_finally, set_error, map_error, yield_error,
):  # fmt: skip
    count = function.__code__.co_argcount - len(function.__defaults__ or ())
    show(function, *[1, 0][:count])
show(call_inside, [])
show(recursive, 3)
show(recursive, 50)


def where():
    frame = sys._getframe()
    caller = sys._getframe(1)
    return frame.f_lineno, frame.f_code.co_name, caller.f_lineno, caller.f_code.co_name, (
        frame.f_lineno)


def caller():
    return (
        0,
        where(),
    )


print(caller(), sys._getframe().f_lineno, inspect.currentframe().f_lineno)


def stack():
    return [(each.function, each.lineno, each.code_context, each.index) for each in inspect.stack()]


def through():
    return stack()


for each in through():
    print(each)
    if each[0] == "<module>":
        break


def warns(level):
    warnings.warn("careful", stacklevel=level)


def warns_caller():
    warns(2)


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    warns(1)
    warns(2)
    warns_caller()
for each in caught:
    print(each.lineno, each.filename.endswith("tracebacks.py"), each.message)
warnings.warn("to stderr")

logging.basicConfig(format="%(levelname)s %(funcName)s %(lineno)d %(filename)s %(message)s", stream=sys.stdout)


def logs():
    logging.warning("logged %s", "here")
    logging.getLogger("x").error("there", stack_info=False)
    try:
        1 / 0
    except ZeroDivisionError:
        logging.exception("failed")


logs()
print(inspect.getsource(where), inspect.getsourcelines(caller)[1], inspect.getmodule(where).__name__)
print(inspect.getfile(where).endswith("tracebacks.py"), inspect.isfunction(where))
print(inspect.signature(show), inspect.getfullargspec(show).varargs, inspect.getdoc(inspect.getmodule(show)))


def frame_lines():
    lines = []
    lines.append(sys._getframe().f_lineno)
    for _ in range(2):
        lines.append(
            sys._getframe().f_lineno
        )
    return lines


print(frame_lines())


def tb_details():
    try:
        carets({"a": {"b": 1}, "c": {}})
    except KeyError as error:
        entries = traceback.extract_tb(error.__traceback__)
        return [(e.name, e.lineno, e.end_lineno, e.colno, e.end_colno, e.line) for e in entries]


print(tb_details())


def leaves(x):
    y = x * 2
    del x
    raise ValueError


try:
    leaves(4)
except ValueError as error:
    print(error.__traceback__.tb_next.tb_frame.f_locals)
    print(error.__traceback__.tb_next.tb_frame.f_lineno, error.__traceback__.tb_next.tb_lineno)


class Formatter(traceback.TracebackException):
    pass


try:
    recursive(1)
except ValueError as error:
    formatted = Formatter(type(error), error, error.__traceback__.tb_next, capture_locals=True)
    print("".join(formatted.format()))


def hook(kind, value, tb):
    print("hook", kind.__name__, value, tb.tb_lineno, tb.tb_frame.f_code.co_name)


sys.excepthook = hook
carets({"a": {"b": 1}, "c": {}})
