try:
    import _xxsubinterpreters as s
except ImportError:
    try: import _interpreters as s
    except ImportError: s=None
if s:
    i=s.create(); r=s.run_string(i,"x=1 or 2\nprint('in',x)"); s.destroy(i); print("ok")
