# An operand of `or` that never decided.
def free(member, total):
    if member or total > 100:  #! hidden OPERAND: total > 100 true
        return True
    return False


def both(
    a,
    b,
):
    if (
        a
        and b  #! hidden OPERAND: b false
    ):
        return 1
    return 0


free(True, 10)
free(False, 10)
both(1, 1)
both(0, 0)
