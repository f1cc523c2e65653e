# Each step of a comparison chain decides.
def inside(x):
    if 0 < x < 10:  #! hidden CHAIN: x < 10 false
        return 1
    return 0


def between(x):
    return 0 < x < 10  #! hidden CHAIN: 0 < x false


inside(5)
inside(-1)
between(5)
