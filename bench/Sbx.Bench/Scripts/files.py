# Work on files, timed. Usage: files.py meta|git|write|sequential DIRECTORY. Prints "name value" lines: milliseconds per operation
# for meta, milliseconds for git, MiB/s for write and sequential (read).
import os
import subprocess
import sys
import time

COUNT = 2000
SIZE = 256 * 1024 * 1024
BLOCK = 1024 * 1024


def each(name, paths, work):
    began = time.perf_counter()
    for path in paths:
        work(path)
    print(name, (time.perf_counter() - began) * 1000 / len(paths))


def create(path):
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))


def read(path):
    handle = os.open(path, os.O_RDONLY)
    os.read(handle, 4096)
    os.close(handle)


def meta(directory):
    place = os.path.join(directory, "meta")
    os.makedirs(place)
    paths = [os.path.join(place, "file-%05d" % i) for i in range(COUNT)]
    each("create", paths, create)
    each("stat", paths, os.stat)
    each("open", paths, lambda path: os.close(os.open(path, os.O_RDONLY)))
    for path in paths[:1]:
        with open(path, "w") as file:
            file.write("x" * 100)
    each("read", paths, read)
    each("unlink", paths, os.unlink)
    os.rmdir(place)


def git(directory):
    command = ["git", "-c", "safe.directory=*", "-C", os.path.join(directory, "repository"), "status", "--porcelain"]
    subprocess.run(command, check=True)  # the first one after a checkout refreshes the index
    began = time.perf_counter()
    subprocess.run(command, check=True)
    print("git", (time.perf_counter() - began) * 1000)


def write(directory):
    block = os.urandom(BLOCK)
    began = time.perf_counter()
    handle = os.open(os.path.join(directory, "large"), os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o666)
    for _ in range(SIZE // BLOCK):
        os.write(handle, block)
    os.fsync(handle)
    os.close(handle)
    print("write", SIZE / 1048576 / (time.perf_counter() - began))


def sequential(directory):
    began = time.perf_counter()
    handle = os.open(os.path.join(directory, "large"), os.O_RDONLY)
    buffer = bytearray(BLOCK)
    total = 0
    while True:
        got = os.readv(handle, [buffer])
        if got == 0:
            break
        total += got
    os.close(handle)
    assert total == SIZE, total
    print("sequential", total / 1048576 / (time.perf_counter() - began))


{"meta": meta, "git": git, "write": write, "sequential": sequential}[sys.argv[1]](sys.argv[2])
