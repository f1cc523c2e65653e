"""Code that runs while Python takes the modules down: finalisers, generators that are closed."""


class Late:
    def __del__(self):
        def more(x):
            return x + 1

        print("late", sum(more(n) for n in range(3000)))  # hot when nothing can be imported


def numbers():
    try:
        yield 1
    finally:
        print("closed", [n for n in range(3)])


late = Late()
running = numbers()
next(running)
