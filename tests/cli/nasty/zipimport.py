import zipfile,sys
with zipfile.ZipFile("z.zip","w") as z: z.writestr("inz.py","def f(a): return a or 'zip'\n")
sys.path.insert(0,"z.zip")
import inz; print(inz.f(0), inz.__file__[-10:])
