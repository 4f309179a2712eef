"""The clients: their command lines and settings. Plain TCP on loopback, no discovery but the tracker."""

import sys
from pathlib import Path

from endtoend.processes import require

HERE = Path(__file__).resolve().parent
LAUNCHER = HERE.parent.parent.parent / "bittern"


def python(part, *arguments):
    return [sys.executable, HERE / part, *arguments]


def bittern(launcher):
    def transfer(command, job, *options):
        where = ["-d", job.data, "-p", job.port, "--state-dir", job.folder / "state"]
        return [launcher, command, *where, *(options or ["-q"]), *job.torrents]

    return {
        "leech": lambda job: transfer("download", job),
        "seed": lambda job: transfer("seed", job),
        "many": lambda job: transfer("seed", job, "--json"),
        "loaded": '"event":"loaded"',
        "checked": '"event":"done"',
        "verify": lambda job: [launcher, "verify", job.torrents[0], "-d", job.data, "-q"],
        "create": lambda path, piece, out: [launcher, "create", path, "-l", piece, "-o", out, "-q"],
    }


def libtorrent():
    def peer(role):
        return lambda job: python("libtorrent_peer.py", role, job.data, job.port, *job.torrents)

    create = lambda path, piece, out: python("libtorrent_peer.py", "create", path, piece, out)
    roles = {role: peer(role) for role in ("leech", "seed", "verify", "watch")}
    return roles | {"many": roles["seed"], "loaded": "loaded", "create": create}


def sha1():
    return {"verify": lambda job: python("hash_file.py", job.data / job.torrents[0].stem)}


def aria2():
    quiet = "aria2c --no-conf --quiet --enable-dht=false --bt-enable-lpd=false --enable-peer-exchange=false"
    quiet = f"{quiet} --disable-ipv6 --file-allocation=none --bt-max-peers=0".split()

    def transfer(*options):
        return lambda job: [*quiet, f"--listen-port={job.port}", f"--dir={job.data}", *options, *job.torrents]

    seed = transfer("--seed-ratio=0", "--bt-seed-unverified=true", "--check-integrity=false")
    return {
        "leech": transfer("--seed-time=0"),
        "seed": seed,
        "many": seed,
        "verify": transfer("--check-integrity=true", "--hash-check-only=true", "--seed-time=0"),
    }


def qbittorrent():
    def transfer(job):
        config = job.folder / "qBittorrent" / "config"
        config.mkdir(parents=True)
        session = {
            "BTProtocol": "TCP", "DHTEnabled": "false", "LSDEnabled": "false", "PeXEnabled": "false", "Encryption": 0,
            "Port": job.port, "Interface": "lo", "InterfaceName": "lo", "InterfaceAddress": "127.0.0.1",
            "MultiConnectionsPerIp": "true", "SSRFMitigation": "false", "QueueingSystemEnabled": "false",
        }  # fmt: skip
        sections = {
            "LegalNotice": {"Accepted": "true"},
            "AutoRun": {"enabled": "true", "program": f"touch {job.finished}"},
            "BitTorrent": {f"Session\\{key}": value for key, value in session.items()},
            "Network": {"PortForwardingEnabled": "false"},
            "Preferences": {r"WebUI\Address": "127.0.0.1", r"WebUI\Port": job.control_port},
            "Meta": {"MigrationVersion": 4},
        }
        (config / "qBittorrent.conf").write_text(
            "".join(f"[{name}]\n" + "".join(f"{k}={v}\n" for k, v in all.items()) for name, all in sections.items())
        )
        where = [f"--profile={job.folder}", f"--save-path={job.data}", "--add-paused=false"]
        return ["qbittorrent-nox", *where, *job.torrents]

    return {"leech": transfer, "seed": transfer, "stays": True}


def rtorrent():
    def seed(job):
        (job.folder / "session").mkdir()
        settings = [
            "system.daemon.set = true", f"session.path.set = {job.folder / 'session'}", f"directory.default.set = {job.data}",
            "network.bind_address.set = 127.0.0.1", f"network.port_range.set = {job.port}-{job.port}",
            "network.port_random.set = no", "dht.mode.set = disable", "protocol.pex.set = no", "trackers.use_udp.set = no",
            "protocol.encryption.set = allow_incoming", "pieces.memory.max.set = 2048M",
            f'schedule2 = load, 0, 0, "load.start={job.torrents[0]}"',
        ]  # fmt: skip
        file = job.folder / "rtorrent.rc"
        file.write_text("\n".join(settings) + "\n")
        return ["rtorrent", "-n", "-o", f"import={file}"]

    return {"seed": seed}


def mktorrent():
    return {"create": lambda path, piece, out: ["mktorrent", "-l", piece.bit_length() - 1, "-o", out, path]}


def transmission():
    return {"create": lambda path, piece, out: ["transmission-create", "-s", piece >> 10, "-o", out, path]}


MAKERS = {make.__name__: make for make in (libtorrent, sha1, aria2, qbittorrent, rtorrent, mktorrent, transmission)}


def client(name, ability):
    kind, _, path = name.partition(":")
    made = bittern(Path(path or LAUNCHER).resolve()) if kind == "bittern" else MAKERS.get(kind, dict)()
    require(ability in made, f"{name} cannot {ability}, or nobody has told how")
    return made
