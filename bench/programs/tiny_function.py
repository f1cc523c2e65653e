"""One small function, called all the time."""


def clamp(value, low, high):
    if value < low:
        return low
    if value > high:
        return high
    return value


def run():
    total = 0
    for i in range(250_000):
        total += clamp(i, 1000, 200_000)
    return total
