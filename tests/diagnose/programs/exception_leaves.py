# An exception leaves the test: a tracer takes it for the way out of the function.
def ready(states):
    if next(states):  #! tracer hidden EXCEPTION_LEAVES: next(states) false
        print(end="")


def numbers():
    yield 1
    raise OSError


def add():
    for number in numbers():  #! tracer hidden EXCEPTION_LEAVES: for number in numbers() exhausted
        print(end="")


states = iter([True])
ready(states)
try:
    ready(states)
except StopIteration:
    pass
try:
    add()
except OSError:
    pass
