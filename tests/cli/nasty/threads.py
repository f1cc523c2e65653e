import threading
print(threading.active_count(), [t.name for t in threading.enumerate()])
r=[]
def f(n):
    for i in range(100): r.append(i if n else -i)
ts=[threading.Thread(target=f,args=(k%2,)) for k in range(8)]
[t.start() for t in ts]; [t.join() for t in ts]; print(len(r),sum(r))
