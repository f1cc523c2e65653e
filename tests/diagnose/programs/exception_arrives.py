# An exception leaves the test for the line where "false" would have led.
from contextlib import suppress


def close(door):
    try:
        if door.is_open:  #! tracer hidden EXCEPTION_ARRIVES: door.is_open false
            print(end="")
    finally:
        print(end="")


def shut(door):
    with suppress(AttributeError):
        if door.is_open:  #! tracer hidden EXCEPTION_ARRIVES: door.is_open false
            print(end="")
    print(end="")


class Door:
    is_open = True


close(Door)
shut(Door)
shut(None)
try:
    close(None)
except AttributeError:
    pass
