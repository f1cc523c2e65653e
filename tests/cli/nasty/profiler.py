# cProfile and sys.setprofile at once with a measurement.
import cProfile
import pstats
import sys


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


profile = cProfile.Profile()
print(profile.runcall(fib, 10))
stats = pstats.Stats(profile)
for (file, line, name), (primitive, calls, *_) in sorted(stats.stats.items()):
    if file.endswith("program.py"):
        print(line, name, primitive, calls)
events = []


def note(frame, event, argument):
    if frame.f_code is fib.__code__:
        events.append((event, frame.f_lineno, argument))


sys.setprofile(note)
fib(3)
sys.setprofile(None)
print(events)
