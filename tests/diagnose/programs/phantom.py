# A definition on one line has two exits and decides nothing.
def one(): return 1  #! alarm PHANTOM


def two(): return 2


two()
