"""Libtorrent seeders on loopback for Bittern's tests, in one process: TORRENT DATA PORT ADDRESS..., until SIGTERM. Says "serving" when all do."""

import sys
import time

import libtorrent as lt

torrent, data, port, *addresses = sys.argv[1:]


def seeder(address):
    session = lt.session(
        {
            "listen_interfaces": f"{address}:{port}",
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
            "aio_threads": 1,
            "hashing_threads": 1,
            "file_pool_size": 4,
        }
    )
    parameters = lt.add_torrent_params()
    parameters.ti = lt.torrent_info(torrent)
    parameters.save_path = data
    parameters.flags |= lt.torrent_flags.seed_mode
    return session, session.add_torrent(parameters)


seeders = [seeder(address) for address in addresses]
while not all(session.is_listening() and handle.status().is_seeding for session, handle in seeders):
    time.sleep(0.05)
print("serving", flush=True)
while True:
    time.sleep(1)
