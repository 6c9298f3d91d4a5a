"""Runs functions of some nanoseconds, the frame of each where that of another was: what a reader can mix up."""


def a2(): ...


def a1():
    a2()


def b2(): ...


def b1():
    b2()


def c(): ...


def work():
    while True:
        a1()
        b1()
        c()


print("ready", flush=True)
work()
