# `or` gives a value; no line tells which operand it was.
DEFAULT = 5


def limit(given):
    return given or DEFAULT  #! hidden VALUE: given true


limit(0)
