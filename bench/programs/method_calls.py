"""Objects that send each other messages."""


class Task:
    def __init__(self, name, work):
        self.name = name
        self.work = work
        self.done = 0

    def is_done(self):
        return self.done >= self.work

    def step(self):
        self.done += 1
        return self

    def report(self, log):
        log.add(self.name, self.done)


class Log:
    def __init__(self):
        self.entries = {}

    def add(self, name, done):
        self.entries[name] = self.entries.get(name, 0) + done


class Scheduler:
    def __init__(self, tasks):
        self.tasks = tasks
        self.log = Log()

    def run(self):
        while self.tasks:
            rest = []
            for task in self.tasks:
                task.step()
                if task.is_done():
                    task.report(self.log)
                else:
                    rest.append(task)
            self.tasks = rest
        return self.log


def run():
    tasks = [Task(f"task {i % 7}", i % 40 + 1) for i in range(5000)]
    return sum(Scheduler(tasks).run().entries.values())
