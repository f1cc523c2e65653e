# pdb, breakpoint() and a hook of one's own.
import io
import pdb
import sys


def work(a):
    b = a + 1
    if b > 2 or a:
        b = b * 2
    return b


out = io.StringIO()
debugger = pdb.Pdb(stdin=io.StringIO("p a\nn\nn\np b\ns\nb 8\nc\np a\nq\n"), stdout=out, nosigint=True, readrc=False)
try:
    debugger.runcall(work, 1)
    debugger.runcall(work, 2)
except pdb.bdb.BdbQuit:
    print("quit")
print([line for line in out.getvalue().splitlines() if line.startswith(("(Pdb)", "->"))])
sys.breakpointhook = lambda *args, **kwargs: print("hook", args, sorted(kwargs), sys._getframe(1).f_lineno)
breakpoint(1, header="x")
print(sys.gettrace())
