import resource
resource.setrlimit(resource.RLIMIT_AS,(400<<20,400<<20))
def f(n):
    try: return bytearray(n)
    except MemoryError: return None
print(f(1<<30) or "memory error")
