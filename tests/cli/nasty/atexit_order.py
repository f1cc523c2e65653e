import atexit
for i in range(3): atexit.register(print,i)
@atexit.register
def last(): print("first of all")
print("main")
