"""Exceptions raised and handled, in the same frame and in another."""


class Refused(Exception):
    pass


def check(i):
    if i % 3 == 0:
        raise Refused(i)
    return i


def lookup(table, key):
    try:
        return table[key]
    except KeyError:
        return -1
    finally:
        table["last"] = key


def run():
    total = 0
    table = {i: i for i in range(0, 1000, 2)}
    for i in range(40_000):
        try:
            total += check(i)
        except ValueError:
            total -= 1
        except Refused as refused:
            total += refused.args[0] & 1
        total += lookup(table, i % 1000)
    return total
