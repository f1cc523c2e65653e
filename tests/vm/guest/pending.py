"""A signal that is pending when a `with` has been entered: what was entered is left."""

import _thread


class Interrupts:
    __enter__ = staticmethod(_thread.interrupt_main)

    def __exit__(self, *details):
        print("left", details[0])


def interrupted():
    try:
        with Interrupts():
            for _ in (1, 2):
                pass
    except KeyboardInterrupt:
        return "interrupted"


for _ in range(4):
    print(interrupted())
