import gc
print(gc.isenabled(), gc.get_threshold(), gc.callbacks)
gc.disable()
n=[]
gc.callbacks.append(lambda p,i: n.append(p))
gc.collect(); print(n)
