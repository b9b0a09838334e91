"""A small file system of its own, in memory, that can be filled; root mounts it."""
import errno
import os
import subprocess
import sys

MEBIBYTE = 1 << 20


def need_root():
    if os.geteuid() != 0:
        sys.exit("this mounts a file system: run it as root")


class Disk:
    def __init__(self, path, size, mode=0o700):
        self.path, self.filler = path, os.path.join(path, "filler")
        os.makedirs(path, mode=mode)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode={mode:04o}", "tollkeeper-faults", path],
                       check=True)

    def fill(self, leaving=0):
        """To the last block, while others write there too."""
        room = os.statvfs(self.path)
        left = room.f_bavail * room.f_frsize - leaving
        with open(self.filler, "wb", buffering=0) as file:
            try:
                while left > 0 or not leaving:
                    left -= file.write(bytes(min(MEBIBYTE, left) if leaving else MEBIBYTE))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise

    def clear(self):
        os.remove(self.filler)

    def unmount(self):
        subprocess.run(["umount", "-l", self.path], check=False)
