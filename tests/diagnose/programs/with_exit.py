# `return` inside a `with` first goes back to the line of the `with`.
def first(path, wanted):
    with open(path):
        for i in (1, 2):  #! monitor hidden WITH_EXIT: for i in (1, 2) exhausted
            if i == wanted: return i  #! alarm WITH_EXIT: i == wanted true


first(__file__, 2)
