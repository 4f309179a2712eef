#!/usr/bin/python3
"""Reads a file with two threads and hashes what is read by SHA-1, and nothing else: no check can be much faster."""

import hashlib, os, sys, threading

STEP = 1 << 20


def main(path):
    parts, size = os.cpu_count(), os.path.getsize(path)

    def part(number):
        buffer = bytearray(STEP)
        with open(path, "rb", buffering=0) as file:
            for at in range(size * number // parts, size * (number + 1) // parts, STEP):
                file.seek(at)
                hashlib.sha1(memoryview(buffer)[: file.readinto(buffer)]).digest()

    threads = [threading.Thread(target=part, args=[number]) for number in range(parts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main(sys.argv[1])
