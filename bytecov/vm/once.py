"""`functools.cached_property`, of ours: where a guest is traced, no frame of the library shows."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


class once(Generic[Value]):
    """A property that is computed when it is first asked for."""

    def __init__(self, make: Callable[[Any], Value]) -> None:
        self.make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Value:
        value: Value = self.make(instance)
        instance.__dict__[self.name] = value
        return value
