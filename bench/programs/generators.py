"""Pipelines of generators, some of them closed early."""


def numbers(n):
    i = 0
    while i < n:
        yield i
        i += 1


def odd(source):
    for i in source:
        if i % 2:
            yield i


def flat(n):
    yield from odd(numbers(n))


def first(source, limit):
    for i in source:
        if i > limit:
            return i
    return None


def run():
    total = 0
    for _ in range(40):
        total += sum(flat(3000))
        total += sum(i for i in numbers(1000) if i % 3)
    for i in range(8000):
        total += first(odd(numbers(100)), i % 10)
    return total
