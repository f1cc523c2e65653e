"""A loop over opcodes with long if chains, and/or tests and ternaries."""

PROGRAM = [("push", 5), ("push", 7), ("add", 0), ("dup", 0), ("mul", 0), ("less", 900), ("jump", 3)]


def run():
    executed = 0
    for start in range(3500):
        stack, at = [start], 0
        while at < len(PROGRAM) and executed >= 0:
            name, value = PROGRAM[at]
            executed += 1
            if name == "push":
                stack.append(value)
            elif name == "add" and len(stack) > 1:
                stack.append(stack.pop() + stack.pop())
            elif name == "mul" or name == "dup":
                stack.append(stack[-1] if name == "dup" else stack.pop() * stack.pop() % 1000)
            elif name == "less":
                stack.append(1 if stack[-1] < value or not value else 0)
            elif name == "jump" and stack.pop() and len(stack) < 12:
                at = value
                continue
            at += 1
    return executed
