class A:
    def __del__(self): print("del", self.x or 1)
a=A(); a.x=0
