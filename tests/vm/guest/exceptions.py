"""Exceptions: handlers, chaining, notes, groups, finally with return / break / continue."""

import sys
import traceback


class Custom(Exception):
    def __init__(self, message, *, code=0):
        super().__init__(message)
        self.code = code


def which(error):
    try:
        if isinstance(error, str):
            return "no error " + error
        raise error
    except (KeyError, IndexError) as caught:
        return "lookup", repr(caught)
    except Custom as caught:
        return "custom", caught.code
    except ArithmeticError:
        return "arithmetic"
    else:
        return "never"
    finally:
        print("finally")


for each in ("x", KeyError("k"), IndexError(), Custom("c", code=3), ZeroDivisionError()):
    print(which(each))
try:
    which(OSError(2, "gone"))
except OSError as error:
    print(error)


def else_clause(value):
    try:
        result = 10 // value
    except ZeroDivisionError as error:
        result = str(error)
    else:
        result += 1
    return result


print(else_clause(5), else_clause(0))


def no_name_after():
    try:
        1 / 0
    except ZeroDivisionError as error:
        error
    try:
        error
    except UnboundLocalError as gone:
        return str(gone)


print(no_name_after())


def returns_in_finally():
    try:
        1 / 0
    finally:
        return "swallowed"


def finally_order():
    for i in range(4):
        try:
            if i == 0:
                continue
            if i == 1:
                raise ValueError(i)
            if i == 3:
                break
            print("body", i)
        except ValueError as error:
            print("except", error)
            continue
        finally:
            print("finally", i)
        print("after", i)
    else:
        print("else")
    return i


def finally_continue():
    for i in range(3):
        try:
            raise KeyError(i)
        finally:
            if i < 2:
                continue
            else:
                break
    return i


def finally_return_value():
    x = 1
    try:
        return x
    finally:
        x = 2
        print("x is", x)


def nested_finally():
    try:
        try:
            try:
                return "value"
            finally:
                print("one")
        finally:
            print("two")
            raise KeyError("replaces")
    except KeyError as error:
        return "replaced", error.__context__
    finally:
        print("three")


def while_finally():
    n = 5
    while True:
        try:
            n -= 1
            if n % 2:
                continue
            if not n:
                return n
        finally:
            n -= 0
            print("n", n)


print(returns_in_finally(), finally_order(), finally_continue(), finally_return_value())
print(nested_finally(), while_finally())


def chain():
    try:
        try:
            {}["missing"]
        except KeyError as error:
            raise ValueError("explicit") from error
    except ValueError as error:
        yield error
    try:
        try:
            {}["missing"]
        except KeyError:
            1 / 0
    except ZeroDivisionError as error:
        yield error
    try:
        try:
            raise OSError("hidden")
        except OSError:
            raise RuntimeError("alone") from None
    except RuntimeError as error:
        yield error
    try:
        raise Custom("class cause") from KeyError
    except Custom as error:
        yield error


for error in chain():
    print(repr(error), repr(error.__cause__), repr(error.__context__), error.__suppress_context__)
    traceback.print_exception(error, file=sys.stdout)


def three_deep():
    try:
        raise ValueError(1)
    except ValueError:
        try:
            raise KeyError(2)
        except KeyError:
            try:
                raise TypeError(3)
            finally:
                print(sys.exc_info()[1], sys.exc_info()[1].__context__.__context__)


try:
    three_deep()
except TypeError as error:
    context = error
    while context:
        print(repr(context))
        context = context.__context__
print(sys.exc_info())


def bare():
    try:
        raise
    except RuntimeError as error:
        print(error)
    try:
        raise ValueError("again")
    except ValueError:
        try:
            raise
        except ValueError as error:
            print("bare", error, error.__context__)
            raise


try:
    bare()
except ValueError as error:
    traceback.print_exception(error, file=sys.stdout)


def with_notes():
    try:
        raise ValueError("noted")
    except ValueError as error:
        error.add_note("a note")
        error.add_note("two\nlines")
        raise


try:
    with_notes()
except ValueError as error:
    print(error.__notes__)
    traceback.print_exc(file=sys.stdout)


def groups(*errors):
    try:
        if errors:
            raise ExceptionGroup("group", list(errors))
        print("none")
    except* ValueError as group:
        print("values", group.exceptions)
    except* (KeyError, TypeError) as group:
        print("others", group.exceptions)
        for each in group.exceptions:
            if isinstance(each, TypeError):
                raise OSError("from handler")
    else:
        print("else")
    finally:
        print("finally")


groups()
groups(ValueError(1), KeyError(2), ValueError(3))
for errors in ((ValueError(1), ZeroDivisionError()), (TypeError(1), ZeroDivisionError())):
    try:
        groups(*errors)
    except ExceptionGroup as group:
        traceback.print_exception(group, file=sys.stdout)
    except OSError as error:
        print(repr(error), repr(error.__context__))


def naked_in_star():
    try:
        raise ValueError("naked")
    except* ValueError as group:
        print(repr(group))
    try:
        try:
            raise ExceptionGroup("nested", [ExceptionGroup("inner", [KeyError(1), OSError(2)]), KeyError(3)])
        except* KeyError as group:
            print(repr(group))
            raise
    except* OSError:
        print("os")
    except* KeyError as group:
        print("reraised", repr(group))


naked_in_star()
try:
    try:
        raise ValueError
    except* ExceptionGroup:
        pass
except TypeError as error:
    print(error)
for bad in (5, "text", (ValueError, 5)):
    try:
        try:
            raise ValueError("original")
        except bad:
            print("not reached")
    except TypeError as error:
        print(error, "|", repr(error.__context__))
for bad in (5, object, None):
    try:
        raise bad
    except TypeError as error:
        print(error)
try:
    raise ValueError from 5
except TypeError as error:
    print(error)
try:
    assert 1 == 2, "message"
except AssertionError as error:
    print(error)
try:
    assert ()
except AssertionError as error:
    print(repr(error))


class Meta(type):
    def __instancecheck__(cls, instance):
        print("never asked")
        return True

    def __subclasscheck__(cls, other):
        print("never asked")
        return True


class Odd(Exception, metaclass=Meta):
    pass


try:
    try:
        raise ValueError("plain")
    except Odd:
        print("wrong")
except ValueError as error:
    print("right", error)


class RaisesInInit(Exception):
    def __init__(self):
        raise LookupError("in init")


try:
    raise RaisesInInit
except LookupError as error:
    print(error)


def handler_raises():
    try:
        1 / 0
    except name_that_does_not_exist:
        pass


try:
    handler_raises()
except NameError as error:
    print(error, "|", repr(error.__context__))


def loop_over_exceptions():
    for kind in (ValueError, KeyError, ValueError):
        try:
            try:
                raise kind("x")
            except KeyError:
                print("key")
        except ValueError as error:
            print("value", error.__context__)
        print(sys.exc_info()[0])


loop_over_exceptions()


def deleted_name():
    try:
        raise ValueError
    except ValueError as error:
        del error
    try:
        raise ValueError
    except ValueError as error:
        error = "rebound"
    return sorted(locals())


print(deleted_name())


def context_of_generator():
    def generator():
        try:
            yield
        except ValueError:
            raise KeyError("from generator")

    g = generator()
    next(g)
    try:
        g.throw(ValueError("thrown"))
    except KeyError as error:
        return repr(error.__context__)


print(context_of_generator())
try:
    sys.exit("in try")
except SystemExit as exit:
    print(exit.code)


def attribute_error():
    class Thing:
        attribute = 1

    try:
        Thing().atribute
    except AttributeError as error:
        print(error, error.name, type(error.obj).__name__)
    try:
        Thing.attribute.x = 1
    except AttributeError as error:
        print(error)
    try:
        del Thing().attribute
    except AttributeError as error:
        print(error)
    try:
        import sys as system
        from sys import not_there
    except ImportError as error:
        print(error, error.name, system is sys)


attribute_error()
raise Custom("uncaught") from ValueError("its cause")
