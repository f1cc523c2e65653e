import signal,os
def h(n,f): print("got",n,f.f_code.co_name)
signal.signal(signal.SIGUSR1,h)
def f():
    os.kill(os.getpid(),signal.SIGUSR1)
    return 1
print(f())
print(signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT).__name__)
