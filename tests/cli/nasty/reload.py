import importlib,sys,pathlib
pathlib.Path("modx.py").write_text("v = 1 if True else 2\n")
sys.path.insert(0,".")
import modx; print(modx.v)
pathlib.Path("modx.py").write_text("v = 22222 if True else 2\n")
importlib.invalidate_caches(); importlib.reload(modx); print(modx.v)
print(sorted(p.name for p in pathlib.Path(".").iterdir() if not p.name.startswith(".bytecov")))
