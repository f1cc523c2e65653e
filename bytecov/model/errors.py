"""What can go wrong, split by whose fault it is.  Messages say what to do next."""


class BytecovError(Exception):
    """Anything bytecov itself raises; the command line prints it as one sentence."""


class UsageError(BytecovError):
    """The user asked for something that cannot be done."""


class DataError(BytecovError):
    """A file that we were given is not what it should be."""


class VMError(BytecovError):
    """A bug in the interpreter.  No handler of the guest ever sees it."""
