"""PEP 750 template strings, PEP 649 annotations, PEP 758 except without brackets (3.14+)."""

import annotationlib

name, width = "world", 10
template = t"hello {name!r:>{width}} and {1 + 1} {{}}"
print(template.strings, template.values, [(i.value, i.expression, i.conversion, i.format_spec) for i in template.interpolations])
print(t"", (t"a" t"{name}").strings, [*t"{name}"][0].expression)


class Later:
    x: NotYet
    y: list[Undefined]

    def method(self, a: Missing = 1) -> Other:
        return a


def function(a: NotYet, *, b: "str" = 1):
    local: Undefined = 2
    return local


print(Later().method(), function(1))
try:
    Later.__annotations__
except NameError as error:
    print(error)
print(annotationlib.get_annotations(function, format=annotationlib.Format.STRING))
NotYet = int
Undefined = str
print(Later.__annotations__, function.__annotations__)
print(annotationlib.get_annotations(Later.method, format=annotationlib.Format.FORWARDREF).keys())
try:
    {}["x"]
except KeyError, IndexError:
    print("no brackets")
if name:
    conditional: int = 1
else:
    never: str
print(annotationlib.get_annotations(__import__("__main__")))


def finally_return():
    for i in range(2):
        try:
            1 / 0
        except ZeroDivisionError:
            continue
        finally:
            print("finally", i)


finally_return()
