import os,sys
pid=os.fork()
if pid==0:
    print("child" if pid==0 or 1 else ""); sys.exit(4)
print(os.waitstatus_to_exitcode(os.waitpid(pid,0)[1]))
