# One way is excluded; that the other never happened is not said.
def f(debug):
    if debug:  #! hidden EXCLUDED_WAY: debug false
        print(end="")  # pragma: no cover
    return 1


f(True)
