#!/usr/bin/python3
"""The process that is libtorrent, as a client or as the other side: seed, leech, verify, create or watch.

Lines "WORD SECONDS" on standard output say what happened when, by the monotonic clock.
"""

import os, sys, time
from pathlib import Path

import libtorrent as lt


def say(word):
    print(word, time.monotonic(), flush=True)


def create(path, piece_length, out):
    storage = lt.file_storage()
    lt.add_files(storage, path)
    creator = lt.create_torrent(storage, int(piece_length), lt.create_torrent.v1_only)
    lt.set_piece_hashes(creator, str(Path(path).parent))
    Path(out).write_bytes(lt.bencode(creator.generate()))


def start(role, port):
    """A session with libtorrent's own settings for fast peers, plain TCP only."""
    settings = dict(lt.high_performance_seed())
    settings |= {"listen_interfaces": f"127.0.0.1:{port}", "allow_multiple_connections_per_ip": True}
    settings |= {name: False for name in "enable_dht enable_lsd enable_upnp enable_natpmp".split()}
    settings |= {"enable_incoming_utp": False, "enable_outgoing_utp": False, "allowed_enc_level": 1, "out_enc_policy": 2}
    kinds = lt.alert.category_t
    settings |= {"alert_mask": kinds.peer_log_notification if role == "watch" else kinds.storage_notification}
    settings |= {"active_limit": -1, "active_seeds": -1, "connections_limit": 4000}
    return lt.session(settings)


def add(session, role, torrent, folder):
    parameters = lt.add_torrent_params()
    parameters.ti, parameters.save_path = lt.torrent_info(torrent), folder
    parameters.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
    if role == "seed":
        parameters.flags |= lt.torrent_flags.seed_mode
    if role == "watch":
        parameters.flags |= lt.torrent_flags.upload_mode  # takes nothing, so it is told of every piece
    return session.add_torrent(parameters)


def watch(session):
    while True:
        session.wait_for_alert(1000)
        for alert in session.pop_alerts():
            if "<== HAVE " in alert.message():
                say("have")


def seed(handles):
    """Says each time it looks and has sent more, if it is one torrent."""
    sent = 0
    while True:
        time.sleep(60 if len(handles) > 1 else 0.02 if sent else 0.005)
        now = handles[0].status().total_payload_upload
        if now > sent:
            sent = now
            say("moved")


def fetch(session, handle):
    """Until all of it is there and in the file."""
    said = False
    while not (status := handle.status()).is_seeding:
        if not said and status.total_payload_download:
            said = True
            say("moved")
        time.sleep(0.002)
    handle.flush_cache()
    while not any(isinstance(alert, lt.cache_flushed_alert) for alert in session.pop_alerts()):
        session.wait_for_alert(1000)


def main(role, folder, port, *torrents):
    if role == "create":
        return create(folder, port, *torrents)
    session = start(role, port)
    handles = [add(session, role, torrent, folder) for torrent in torrents]
    say("loaded")
    if role == "watch":
        watch(session)
    elif role == "seed":
        seed(handles)
    else:
        fetch(session, handles[0])
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
