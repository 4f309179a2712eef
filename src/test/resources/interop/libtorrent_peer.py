"""A libtorrent peer, on loopback unless told otherwise, for Bittern's tests: TORRENT (a file or a magnet link) DATA PORT, until SIGTERM. Says "finished" when it has all,
and "uploaded BYTES" all the time."""

import argparse
import sys
import time

import libtorrent as lt

parser = argparse.ArgumentParser()
parser.add_argument("--seed", action="store_true", help="trust the data")
parser.add_argument("--super-seed", action="store_true", help="show pieces one by one")
parser.add_argument("--peer", action="append", default=[], help="HOST:PORT to connect to")
parser.add_argument("--slow", action="store_true", help="so slow that it never has a piece")
parser.add_argument("--dht", action="store_true", help="take part in the DHT, and find peers nowhere else")
parser.add_argument("--dht-node", action="append", default=[], help="HOST:PORT of a node of the DHT to begin with")
parser.add_argument("--address", default="127.0.0.1", help="where to listen")
parser.add_argument("--lsd", action="store_true", help="tell the neighbours")
parser.add_argument("torrent")
parser.add_argument("data")
parser.add_argument("port", type=int)
arguments = parser.parse_args()

session = lt.session(
    {
        "listen_interfaces": f"{arguments.address}:{arguments.port}",
        "enable_dht": arguments.dht,
        "dht_bootstrap_nodes": "",
        # all nodes of a test are on one machine
        "dht_restrict_routing_ips": False,
        "dht_restrict_search_ips": False,
        "dht_prefer_verified_node_ids": False,
        "dht_ignore_dark_internet": False,
        "dht_block_ratelimit": 10_000,
        "enable_lsd": arguments.lsd,
        "enable_upnp": False,
        "enable_natpmp": False,
        "enable_incoming_utp": False,
        "enable_outgoing_utp": False,
        "out_enc_policy": 2,
        "in_enc_policy": 1,
        "allowed_enc_level": 1,
        "allow_multiple_connections_per_ip": True,
        "min_reconnect_time": 1,
        "alert_mask": lt.alert.category_t.error_notification,
    }
)
if arguments.torrent.startswith("magnet:"):
    parameters = lt.parse_magnet_uri(arguments.torrent)
else:
    parameters = lt.add_torrent_params()
    parameters.ti = lt.torrent_info(arguments.torrent)
parameters.save_path = arguments.data
if arguments.seed:
    parameters.flags |= lt.torrent_flags.seed_mode
if arguments.super_seed:
    parameters.flags |= lt.torrent_flags.super_seeding
if arguments.dht:
    parameters.flags |= lt.torrent_flags.disable_pex
handle = session.add_torrent(parameters)
for node in arguments.dht_node:
    host, port = node.rsplit(":", 1)
    session.add_dht_node((host, int(port)))
if arguments.slow:
    handle.set_download_limit(1000)
for peer in arguments.peer:
    host, port = peer.rsplit(":", 1)
    handle.connect_peer((host, int(port)))

said = False
told = 0
announced = 0
while True:
    if time.monotonic() - told > 0.25:
        told = time.monotonic()
        print("uploaded", handle.status().total_payload_upload, flush=True)
    if arguments.dht and time.monotonic() - announced > 1:
        announced = time.monotonic()
        handle.force_dht_announce()
    if not said and handle.status().has_metadata and handle.status().is_finished:
        said = True
        print("finished", flush=True)
    for alert in session.pop_alerts():
        print(alert, file=sys.stderr, flush=True)
    time.sleep(0.05)
