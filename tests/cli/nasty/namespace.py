# One package in two folders, without __init__, and a module that is replaced while it runs.
import os
import sys

for folder, text in (("one", "x = 1 if __name__ else 2\n"), ("two", "from space.a import x\ny = x and 3\n")):
    os.makedirs(f"{folder}/space")
    with open(f"{folder}/space/{'ab'[folder == 'two']}.py", "w") as file:
        file.write(text)
    sys.path.append(folder)

import space.b

print(space.b.y, sorted(os.path.basename(os.path.dirname(each)) for each in space.__path__), space.__file__)
with open("self.py", "w") as file:
    file.write("import sys\nclass Other: x = 7 if sys else 8\nsys.modules[__name__] = Other\n")
sys.path.append(".")
import self

print(self.x, type(self))
