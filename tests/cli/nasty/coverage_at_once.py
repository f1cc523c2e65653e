# coverage.py measures in the same process.
import os
import sys

import coverage

with open("module.py", "w") as file:
    file.write("def f(a):\n    if a and a > 1:\n        return 1\n    for i in range(a):\n        pass\n    return 2\nf(0)\nf(2)\n")
sys.path.insert(0, ".")
for core in ("ctrace", "pytrace"):
    os.environ["COVERAGE_CORE"] = core
    measure = coverage.Coverage(data_file=None, include=["*/module.py"], branch=True, config_file=False)
    measure.start()
    sys.modules.pop("module", None)
    import module

    measure.stop()
    data = measure.get_data()
    for path in data.measured_files():
        print(core, os.path.basename(path), sorted(data.lines(path)), sorted(data.arcs(path) or ()))
