"""Processes, what they cost, and the folder they work in."""

import os, shutil, signal, socket, subprocess, tempfile, time
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


class Broken(Exception):
    """A run that gives no figures."""


def require(condition, otherwise):
    if not condition:
        raise Broken(otherwise)


def until(condition, seconds, what, process):
    end = time.monotonic() + seconds
    while not condition():
        require(time.monotonic() < end and not process.poll(), f"not {what}; {process.tail()}")
        time.sleep(0.005)


class Process:
    """A child that is measured: memory while it runs, everything else when it has ended or is done."""

    def __init__(self, area, command):
        self.path = area.folder / f"log-{len(area.processes)}"
        self.log, self.read, self.rest, self.heard = open(self.path, "wb"), open(self.path, "rb"), b"", {}
        environment = os.environ | {"HOME": str(area.folder), "BITTERN_CONNECTIONS_TOTAL": "2000"}
        environment |= {"BITTERN_CONNECTIONS_PER_TORRENT": "2000"}
        environment |= {"BITTERN_DISCOVERY_LOCAL": "false", "BITTERN_DISCOVERY_DHT": "false"}
        environment |= {"BITTERN_DISCOVERY_PORT_MAPPING": "false"}
        self.started, self.anon, self.usage = time.monotonic(), 0, None
        self.child = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, env=environment
        )
        area.processes.append(self)

    def wait(self, timeout, code=0, done=None):
        """Follows it until it ends, or is done if it does not end by itself; gives its figures."""
        while not self.poll():
            self.anon = max(self.anon, self.memory("RssAnon"))
            if done and done():
                return self.figures(time.monotonic(), *self.cpu_now(), self.memory("VmHWM"))
            require(time.monotonic() - self.started < timeout, f"it took too long; {self.tail()}")
            time.sleep(0.01 if timeout > 10 else 0.05)
        require(code is None or self.status == code, f"it ended with {self.status}; {self.tail()}")
        return self.figures(self.ended, self.usage.ru_utime, self.usage.ru_stime, self.usage.ru_maxrss / 1024)

    def figures(self, ended, user, system, rss):
        return {
            "started": self.started, "ended": ended, "wall": ended - self.started, "cpu": user + system, "user": user, "sys": system,
            "rss": rss, "anon": self.anon,
        }  # fmt: skip

    def poll(self):
        if self.usage is None:
            pid, status, usage = os.wait4(self.child.pid, os.WNOHANG)
            if pid:
                self.ended, self.usage = time.monotonic(), usage
                self.status = self.child.returncode = os.waitstatus_to_exitcode(status)
        return self.usage is not None

    def stop(self, timeout=30):
        if not self.poll():
            self.anon = max(self.anon, self.memory("RssAnon"))
            self.child.send_signal(signal.SIGTERM)
        try:
            return self.wait(time.monotonic() - self.started + timeout, None)
        except Broken:
            self.child.kill()
            return self.wait(1 << 30, None)

    def memory(self, field):
        """MiB, by a field of /proc/PID/status: RssAnon is what only the process itself holds."""
        try:
            status = Path(f"/proc/{self.child.pid}/status").read_text()
        except OSError:
            return 0
        return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(field + ":")), 0)

    def cpu_now(self):
        """Seconds of CPU so far: in the program, and in the kernel for it."""
        fields = Path(f"/proc/{self.child.pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) / TICK, int(fields[12]) / TICK

    def tail(self):
        return self.path.read_bytes()[-500:].decode(errors="replace").strip()

    def said(self, word):
        """How many lines so far have a word; a process is only ever asked for words that it was asked for at first."""
        lines = (self.rest + self.read.read()).split(b"\n")
        self.rest = lines.pop()
        for known in {word, *self.heard}:
            self.heard[known] = self.heard.get(known, 0) + sum(known.encode() in line for line in lines)
        return self.heard[word]

    def times_of(self, word):
        """When it says that something happened, by the monotonic clock."""
        lines = [line.split() for line in self.path.read_text(errors="replace").splitlines()]
        return [float(line[1]) for line in lines if line[:1] == [word]]


class Job:
    """Where one run of a client works; a client has no other input."""

    def __init__(self, folder, torrents, data, port, control_port):
        self.folder, self.torrents, self.data, self.port, self.control_port = folder, torrents, data, port, control_port
        self.finished = folder / "finished"  # made by clients that do not exit when a download is complete


class Area:
    """The folder and the processes of one run; nothing of it is left behind."""

    def __init__(self, scratch):
        self.folder, self.processes = Path(tempfile.mkdtemp(prefix="run-", dir=scratch)), []

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for process in self.processes:
            process.stop()
        shutil.rmtree(self.folder)

    def job(self, torrents, data=None):
        data = data or self.folder / "data"
        data.mkdir(exist_ok=True)
        return Job(self.folder, torrents, data, free_port(), free_port())


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
