"""A sieve and a table: short loop bodies."""


def sieve(n):
    flags = [True] * n
    primes = []
    for i in range(2, n):
        if not flags[i]:
            continue
        primes.append(i)
        j = i * i
        while j < n:
            flags[j] = False
            j += i
    return primes


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            change = last if x == y else 1 + min(last, row[j], row[j - 1])
            last, row[j] = row[j], change
    return row[-1]


def run():
    return len(sieve(60_000)) + sum(distance("kitten" * i, "sitting" * i) for i in range(1, 9))
