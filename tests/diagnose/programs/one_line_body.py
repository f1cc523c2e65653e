# The body stands behind the colon, so both ways lead to the next line.
def clip(x):
    if x > 10: x = 10  #! hidden ONE_LINE_BODY: x > 10 true
    return x


def last(xs):
    x = None
    for x in xs: pass  #! hidden ONE_LINE_BODY: for x in xs entered
    return x


def parse(text):
    try:
        return int(text)
    except TypeError: return None  #! hidden ONE_LINE_BODY: except TypeError matched
    except ValueError: return 0


clip(1)
last([])
parse("x")
