"""The program that docs/architecture.md follows through the layers."""


def fee(total, member):
    if member or total > 100:
        return 0
    return 5


print(fee(20, True), fee(20, False))
