"""Loops whose branches always go the same way."""


def run():
    total = 0
    for i in range(400_000):
        if i < 0:
            total -= 1
        if total > 1 << 60:
            break
        total += i & 3
    return total
