"""Lists, sets and dictionaries made by comprehensions."""


def run():
    total = 0
    for n in range(250):
        squares = [i * i for i in range(300) if i % 3 and i != n]
        table = {i: i % 7 for i in squares if i & 1}
        total += len({value for value in table.values() if value or n})
        total += sum(a > b for a in range(20) for b in range(10) if a or b)
    return total
