# A guard that fails leaves by the exit of a pattern that does not match.
def size(shape):
    match shape:
        case [width, height] if width > 0:  #! hidden GUARD: width > 0 false
            return width * height
        case _:
            return 0


def area(shape):
    match shape:
        case [width, height] if width > 0:  #! hidden GUARD: [width, height] not matched
            return width * height
        case _:
            return 0


area([1, 2])
area([0, 2])
size([1, 2])
size(None)
