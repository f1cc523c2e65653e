"""What probes write to.

A probe is `LOAD_CONST 0, LOAD_CONST flags, STORE_ATTR name`: STORE_ATTR specialises for slots,
calls nothing and allocates nothing.  The names are those that `inspect.getclosurevars` skips in
`co_names`, so one object serves three probes and nothing of ours shows there.
"""

NAMES = ("None", "True", "False")
_NOT = object()


class Flags:
    """Three flags; set is what has any value."""

    __slots__ = NAMES


class Raised(set[int]):
    """Where exceptions came from: code units, or -1 - offset.

    Code objects hash their constants.
    """

    __hash__ = object.__hash__  # type: ignore[assignment]


def peek_flags(flags: Flags) -> list[bool]:
    """Which flags are set."""
    return [getattr(flags, name, _NOT) is not _NOT for name in NAMES]


def take_flags(flags: Flags) -> list[bool]:
    """Which flags were set; clears them."""
    found = peek_flags(flags)
    for name, is_set in zip(NAMES, found, strict=True):
        if is_set:
            delattr(flags, name)
    return found
