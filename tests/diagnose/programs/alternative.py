# Two alternatives, one body.
def kind(x):
    match x:
        case 1 | 2:  #! hidden ALTERNATIVE: 2 matched
            return "small"
        case _:
            return "large"


kind(1)
kind(3)
