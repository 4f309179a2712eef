"""Several libtorrent peers of one torrent on loopback, in one process and strangers to each other: TORRENT DATA HOST..., until SIGTERM.
Says "listening HOST:PORT..." once, and "moved SECONDS SENT RECEIVED" of payload by all of them, ten times a second."""

import argparse
import os
import time

import libtorrent as lt

parser = argparse.ArgumentParser()
parser.add_argument("--seed", action="store_true", help="trust the data")
parser.add_argument("--dial", help="HOST:PORT to connect to")
parser.add_argument("torrent")
parser.add_argument("data")
parser.add_argument("hosts", nargs="+", help="an address for each peer; may be the same")
arguments = parser.parse_args()


def peer(number, host):
    session = lt.session(
        {
            "listen_interfaces": f"{host}:0",
            "enable_dht": False,
            "enable_lsd": False,
            "enable_upnp": False,
            "enable_natpmp": False,
            "enable_incoming_utp": False,
            "enable_outgoing_utp": False,
            "out_enc_policy": 2,
            "in_enc_policy": 1,
            "allowed_enc_level": 1,
            "allow_multiple_connections_per_ip": True,
            "min_reconnect_time": 1,
            "aio_threads": 1,
            "hashing_threads": 1,
            "alert_mask": 0,
        },
        flags=0,
    )
    parameters = lt.add_torrent_params()
    parameters.ti = lt.torrent_info(arguments.torrent)
    parameters.save_path = arguments.data if arguments.seed else os.path.join(arguments.data, str(number))
    parameters.flags |= lt.torrent_flags.disable_pex
    if arguments.seed:
        parameters.flags |= lt.torrent_flags.seed_mode
    handle = session.add_torrent(parameters)
    if arguments.dial:
        remote, port = arguments.dial.rsplit(":", 1)
        handle.connect_peer((remote, int(port)))
    return session


sessions = [peer(number, host) for number, host in enumerate(arguments.hosts)]
while not all(session.listen_port() for session in sessions):
    time.sleep(0.01)
ports = [session.listen_port() for session in sessions]
print("listening", *[f"{host}:{port}" for host, port in zip(arguments.hosts, ports)], flush=True)

moved = [(0, 0)] * len(sessions)
while True:
    for number, session in enumerate(sessions):
        session.post_session_stats()
        for alert in session.pop_alerts():
            if isinstance(alert, lt.session_stats_alert):
                moved[number] = (alert.values["net.sent_payload_bytes"], alert.values["net.recv_payload_bytes"])
    print("moved", time.monotonic(), *[sum(both) for both in zip(*moved)], flush=True)
    time.sleep(0.1)
