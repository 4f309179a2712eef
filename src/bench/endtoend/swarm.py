"""What a transfer needs: payload, .torrent and tracker."""

import hashlib, http.server, os, socket, struct, threading, time, urllib.parse

from endtoend.processes import require

MIB, GIB = 1 << 20, 1 << 30


def bencode(value):
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, (bytes, str)):
        data = value if isinstance(value, bytes) else value.encode()
        return b"%d:%s" % (len(data), data)
    return b"d" + b"".join(bencode(k) + bencode(value[k]) for k in sorted(value)) + b"e"


class Payload:
    """A file of random bytes, none of its pieces like another, with its info dictionary."""

    def __init__(self, folder, size, piece_length, seed=0):
        self.folder, self.size = folder, size
        self.path = folder / f"payload-{size}-{seed}"
        block, whole, hashes = bytearray(os.urandom(min(MIB, piece_length))), hashlib.sha1(), []
        folder.mkdir(parents=True, exist_ok=True)
        with open(self.path, "wb") as file:
            for at in range(0, size, piece_length):
                piece = hashlib.sha1()
                for begin in range(at, min(at + piece_length, size), len(block)):
                    struct.pack_into(">QQ", block, 0, begin, seed)
                    data = memoryview(block)[: size - begin]
                    piece.update(data), whole.update(data), file.write(data)
                hashes.append(piece.digest())
        self.sha1, self.hashes = whole.digest(), b"".join(hashes)
        self.info = {"length": size, "name": self.path.name, "piece length": piece_length, "pieces": self.hashes}
        self.hash = hashlib.sha1(bencode(self.info)).digest()

    def torrent(self, announce):
        path = self.folder / f"{self.path.name}.torrent"
        path.write_bytes(bencode({"announce": announce, "info": self.info}))
        return path

    def check(self, path):
        whole = hashlib.sha1()
        with open(path, "rb") as file:
            while data := file.read(4 * MIB):
                whole.update(data)
        require(whole.digest() == self.sha1, f"{path.name} is not what was sent")


class Tracker(http.server.ThreadingHTTPServer):
    """Tells everybody of `peers`, and remembers who said that it has everything, and when."""

    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, peers=()):
        self.peers = b"".join(socket.inet_aton("127.0.0.1") + struct.pack(">H", port) for port in peers)
        self.seeded, self.times = {}, []
        super().__init__(("127.0.0.1", 0), Announce)
        threading.Thread(target=self.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server_port}/announce"

    def forget(self):
        self.seeded, self.times = {}, []

    def most_in_a_second(self):
        return max(sum(at <= other < at + 1 for other in self.times[index : index + 20000]) for index, at in enumerate(self.times))

    def handle_error(self, *who):
        """Who asks may be gone before it is answered."""


class Announce(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query, encoding="latin-1")
        if query.get("left") == ["0"] and query.get("event") != ["stopped"]:
            self.server.seeded[query["info_hash"][0].encode("latin-1")] = int(query["port"][0])
            self.server.times.append(time.monotonic())
        body = bencode({"interval": 1800, "peers": self.server.peers})
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def handshake(info_hash):
    return b"\x13BitTorrent protocol" + bytes(8) + info_hash + b"-XX0000-" + os.urandom(12)
