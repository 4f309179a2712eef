"""The modes: one run of each, and its figures."""

import socket, time

from endtoend.clients import libtorrent
from endtoend.processes import Process, listens, require, until
from endtoend.swarm import MIB, Payload, Tracker, handshake

NOBODY = "http://127.0.0.1:1/"


def leech(one, plan, area, payload, seeds=1, watchers=()):
    seeders = []
    for _ in range(seeds):
        job = area.job([payload.torrent(NOBODY)], payload.folder)
        seeders.append((Process(area, libtorrent()["seed"](job)), job.port))
    for process, port in seeders:
        until(lambda: listens(port), 20, "listening", process)
    tracker = Tracker([port for _, port in seeders] + list(watchers))
    job = area.job([payload.torrent(tracker.url)])
    leecher = Process(area, one["leech"](job))
    figures = leecher.wait(plan.timeout, done=job.finished.exists if "stays" in one else None)
    leecher.stop()
    payload.check(job.data / payload.path.name)
    other = sum(process.stop()["cpu"] for process, _ in seeders)
    moved = [at for process, _ in seeders for at in process.times_of("moved")]
    return rates(figures, payload, min(moved), max(moved)) | {"other": other}


def rates(figures, payload, first=None, last=None):
    """The rate of a whole transfer, that from its first byte to its end, and that to its last byte."""
    size = payload.size / MIB
    figures = figures | {"rate": size / figures["wall"]}
    if first:
        figures |= {"first": first - figures["started"], "steady": size / (figures["ended"] - first)}
    return figures | ({"moving": size / (last - first)} if last and last > first else {})


def swarm(one, plan, area, payload):
    return leech(one, plan, area, payload, plan.seeds)


def seed(one, plan, area, payload):
    tracker = Tracker()
    seeder = Process(area, one["seed"](area.job([payload.torrent(tracker.url)], payload.folder)))
    until(lambda: payload.hash in tracker.seeded, plan.timeout, "announced as a seeder", seeder)
    ready, before = time.monotonic() - seeder.started, sum(seeder.cpu_now())
    job = area.job([payload.torrent(Tracker([tracker.seeded[payload.hash]]).url)])
    leecher = Process(area, libtorrent()["leech"](job))
    other = leecher.wait(plan.timeout)
    cpu = sum(seeder.cpu_now()) - before
    payload.check(job.data / payload.path.name)
    rate = rates(other, payload, min(leecher.times_of("moved")))
    figures = {key: rate[key] for key in ("wall", "rate", "first", "steady") if key in rate}
    whole = seeder.stop()
    return figures | {"ready": ready, "cpu": cpu, "other": other["cpu"], "rss": whole["rss"], "anon": whole["anon"]}


def verify(one, plan, area, payload):
    job = area.job([payload.torrent(NOBODY)], payload.folder)
    return rates(Process(area, one["verify"](job)).wait(plan.timeout), payload)


def create(one, plan, area, payload):
    out = area.folder / "created.torrent"
    figures = Process(area, one["create"](payload.path, payload.info["piece length"], out)).wait(plan.timeout)
    require(payload.hashes in out.read_bytes(), "the torrent has wrong pieces")
    return rates(figures, payload)


def start(one, plan, area, payload):
    other = area.job([payload.torrent(NOBODY)], area.folder / "watch")
    watcher = Process(area, libtorrent()["watch"](other))
    until(lambda: listens(other.port), 20, "listening", watcher)
    figures = leech(one, plan, area, payload, watchers=[other.port])
    watcher.stop()
    have = watcher.times_of("have")
    return figures | ({"first have": have[0] - figures["started"]} if have else {})


def idle(one, plan, area, payload):
    """The second start of a client that has seen all torrents before."""
    tracker = Tracker()
    data = area.folder / "many"
    many = [Payload(data, 32 << 10, 16 << 10, number) for number in range(plan.torrents)]
    job = area.job([p.torrent(tracker.url) for p in many], data)
    if "checked" in one:
        first = Process(area, one["many"](job))
        until(lambda: first.said(one["checked"]) == len(many), plan.timeout, "checked them all", first)
        first.stop()
        tracker.forget()
    seeder, figures = Process(area, one["many"](job)), {}
    since = lambda: time.monotonic() - seeder.started
    for word, count in ("loaded", 1), ("checked", len(many)):
        if word in one:
            until(lambda: seeder.said(one[word]) >= count, plan.timeout, word, seeder)
            figures |= {word: since(), f"{word} cpu": sum(seeder.cpu_now())}
    until(lambda: len(tracker.seeded) == len(many), plan.timeout, "announced them all", seeder)
    figures |= {"ready": since(), "ready cpu": sum(seeder.cpu_now()), "burst": tracker.most_in_a_second()}
    time.sleep(2)
    used = idle_cpu(seeder, plan.seconds)
    return figures | {"resident": seeder.memory("VmRSS"), "anon": seeder.memory("RssAnon"), "idle cpu": used}


def idle_cpu(process, seconds):
    before, at = sum(process.cpu_now()), time.monotonic()
    time.sleep(seconds)
    return 100 * (sum(process.cpu_now()) - before) / (time.monotonic() - at)


def peers(one, plan, area, payload):
    tracker, connections = Tracker(), []
    seeder = Process(area, one["seed"](area.job([payload.torrent(tracker.url)], payload.folder)))
    until(lambda: payload.hash in tracker.seeded, plan.timeout, "announced as a seeder", seeder)

    def connect():
        peer = socket.create_connection(("127.0.0.1", tracker.seeded[payload.hash]), timeout=20)
        peer.sendall(handshake(payload.hash))
        require(peer.recv(68, socket.MSG_WAITALL)[28:48] == payload.hash, "it did not take all connections")
        connections.append(peer)

    connect()  # the first one loads what all need
    time.sleep(2)
    before = seeder.memory("RssAnon")
    for _ in range(plan.peers):
        connect()
    time.sleep(2)
    after = seeder.memory("RssAnon")
    used = idle_cpu(seeder, plan.seconds)
    return {"anon": after, "each": (after - before) * 1024 / plan.peers, "idle cpu": used}


MODES = {  # what a client must be able to do, and the usual size
    leech: ("leech", "1G"), swarm: ("leech", "1G"), seed: ("seed", "1G"), verify: ("verify", "2G"),
    create: ("create", "2G"), start: ("leech", "16M"), idle: ("many", "64K"), peers: ("seed", "16M"),
}  # fmt: skip
