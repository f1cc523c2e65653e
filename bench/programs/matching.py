"""A small interpreter that matches its instructions."""


def evaluate(node):
    match node:
        case int():
            return node
        case ("add", left, right):
            return evaluate(left) + evaluate(right)
        case ("mul", left, right):
            return evaluate(left) * evaluate(right) % 1_000_003
        case ("if", test, then, otherwise):
            return evaluate(then) if evaluate(test) else evaluate(otherwise)
        case ["neg", inner]:
            return -evaluate(inner)
        case {"value": value}:
            return value
        case _:
            raise ValueError(node)


def build(depth):
    if depth <= 0:
        return {"value": 3}
    kind = ("add", "mul", "if", "neg")[depth % 4]
    if kind == "neg":
        return ("neg", build(depth - 1))
    if kind == "if":
        return ("if", 1, build(depth - 1), 0)
    return (kind, build(depth - 1), build(depth - 2))


def run():
    node = build(15)
    return sum(evaluate(node) for _ in range(60))
