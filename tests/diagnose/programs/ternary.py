# Both results of a conditional expression stand on one line.
def price(sale, usual):
    return sale if sale is not None else usual  #! hidden TERNARY: sale is not None false


price(1, 2)
